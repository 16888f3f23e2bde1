// The visit's form with scripts: rows added in place, a save every so often, a look for identifiers before sending.
// Without scripts the same form does the same by its buttons.

const EVERY = 20_000;
const AFTER_A_PRESS = 500;
const LOOKS_LIKE = {
  nhs_number: "an NHS number",
  date_of_birth: "a date of birth",
  postcode_with_age: "somebody’s postcode and age",
  titled_name: "a person’s name",
};
const form = document.querySelector("[data-visit-form]");
const savedLine = form.querySelector("[data-saved-line]");
const { findIdentifiers } = await import(document.querySelector("script[data-visits]").dataset.identifiers);

let asSaved = written();
let saving = null;
let leaving = false;

// What a save sends, without what changes by itself.
function written() {
  const entries = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "version");
  return new URLSearchParams(entries).toString();
}

function say(words, trouble = false) {
  savedLine.textContent = words;
  savedLine.toggleAttribute("data-trouble", trouble);
}

// Ticks beside the sections that hold something
function holdsSomething(section) {
  if (section.dataset.section === "actions") {
    return [...section.querySelectorAll("input[name$='-words'], select[name$='-state']")].some((field) => field.value);
  }
  return [...section.querySelectorAll("input, select, textarea")].some((field) =>
    ["checkbox", "radio"].includes(field.type) ? field.checked : field.type !== "hidden" && field.value.trim() !== "",
  );
}

function tickSections() {
  for (const section of form.querySelectorAll("[data-section]")) {
    const link = document.querySelector(`[data-step="${section.dataset.section}"]`);
    link?.toggleAttribute("data-done", holdsSomething(section));
  }
}

// Identifiers: said at once, beside nothing else; the server asks again and takes a reason.
function freeTexts() {
  return [...form.querySelectorAll("textarea, input[type='text']")];
}

function labelOf(field) {
  return field.labels[0]?.firstChild?.textContent.trim() || "a field";
}

function suspicions() {
  return freeTexts().flatMap((field) => {
    const kinds = new Set(findIdentifiers(field.value).map((finding) => finding.kind));
    return [...kinds].map((kind) => ({ field, words: `“${labelOf(field)}” holds what looks like ${LOOKS_LIKE[kind]}.` }));
  });
}

function showSuspicions() {
  const found = suspicions();
  const box = form.querySelector("[data-warnings]");
  box.replaceChildren();
  for (const { field, words } of found) {
    const line = document.createElement("p");
    const link = document.createElement("a");
    link.href = `#${field.id}`;
    link.textContent = words;
    line.append(link);
    box.append(line);
  }
  if (found.length) {
    const advice = document.createElement("p");
    advice.textContent = "Take it out. If it identifies nobody, press Save and say so there.";
    box.append(advice);
  }
  box.hidden = found.length === 0;
  return found;
}

// Another row for an action, in place
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function addRow(event) {
  const rows = form.querySelectorAll("[data-action-row]");
  const last = rows[rows.length - 1];
  if (!last) return;
  event.preventDefault();
  const total = form.querySelector("input[name='actions-TOTAL_FORMS']");
  const place = Number(total.value);
  const row = last.cloneNode(true);
  for (const gone of row.querySelectorAll(".nhsuk-error-message")) gone.remove();
  for (const element of row.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
    for (const attribute of ["id", "name", "for"]) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replace(/actions-\d+-/, `actions-${place}-`));
    }
    element.removeAttribute("aria-describedby");
    element.removeAttribute("aria-invalid");
  }
  row.querySelector("legend").firstChild.textContent = `Action ${place + 1}`;
  row.querySelector("input[name$='-id']").value = newId();
  row.querySelector("input[name$='-words']").value = "";
  form.querySelector("[data-action-rows]").append(row);
  total.value = String(place + 1);
  row.querySelector("input[name$='-words']").focus();
}

// A save every so often, to the address and with the fields of the button
async function save() {
  const sent = written();
  const found = showSuspicions();
  if (sent === asSaved || saving) return;
  if (found.length) {
    say("Not saved yet: something looks like it identifies a patient", true);
    return;
  }
  saving = send(sent);
  await saving;
  saving = null;
}

async function send(sent) {
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" } });
  } catch {
    say("No connection: not on the server yet. Keep this page open", true);
    return;
  }
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
    say("The server did not save. Keep this page open and press Save later", true);
    return;
  }
  const told = await answer.json();
  if (!answer.ok) {
    say(`Not saved yet: ${told.problem}`, true);
    return;
  }
  form.elements.version.value = told.version;
  asSaved = sent;
  // From now on a reload opens the saved visit.
  history.replaceState(null, "", told.url);
  say(`Saved on the server ${told.saved}`);
}

// A press on a button waits for a save that is under way, so that it sends the version that this save makes.
async function submit(event) {
  if (saving) {
    event.preventDefault();
    await saving;
    form.requestSubmit(event.submitter);
    return;
  }
  leaving = true;
}

form.addEventListener("input", tickSections);
form.addEventListener("change", () => {
  tickSections();
  // Not at once: a button that is being pressed must not move away from under the pointer.
  setTimeout(showSuspicions, AFTER_A_PRESS);
});
form.querySelector("[data-add-action]").addEventListener("click", addRow);
form.addEventListener("submit", submit);
window.addEventListener("beforeunload", (event) => {
  if (!leaving && written() !== asSaved) event.preventDefault();
});
// A page brought back by the back button may be left again.
window.addEventListener("pageshow", () => (leaving = false));
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
setInterval(save, EVERY);
tickSections();

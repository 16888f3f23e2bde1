// What every page may use. Each part only adds to a page that is whole without it.

const script = document.querySelector("script[data-nhsuk]");

async function startFrontend() {
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
  const frontend = await import(script.dataset.nhsuk);
  frontend.initAll();
}

// Inline errors of a form without a module of their own still take the focus when a link leads to them.
function focusLinkedErrors() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".nhsuk-error-summary a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target && !target.matches("input, select, textarea")) target.focus();
  });
}

// Progress is fetched again and again; only a change in words is worth interrupting a listener for.
function announceChanges() {
  const announcer = document.getElementById("announcer");
  document.body.addEventListener("htmx:afterSettle", () => {
    const words = document.querySelector("[data-announce]")?.dataset.announce;
    if (words && announcer.textContent !== words) announcer.textContent = words;
  });
}

// A table that does not fit becomes a region which the keyboard can scroll; one that fits is no stop for it.
function markScrollableTables() {
  const regions = document.querySelectorAll(".portal-scroll");
  const mark = (region) => {
    if (region.scrollWidth > region.clientWidth) region.setAttribute("tabindex", "0");
    else region.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver((entries) => entries.forEach((entry) => mark(entry.target)));
  regions.forEach((region) => observer.observe(region));
}

// A table in another order is another page. Whoever reads it stays at its heading, and whoever listens is told.
function stayAtTheTable() {
  const results = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!results) return;
  const column = results.querySelector("th[aria-sort]");
  const sorted = column && new URLSearchParams(location.search).has(column.dataset.by);
  const shown = results.querySelector("[data-shown]")?.textContent.trim() ?? "";
  const words = sorted ? `Sorted by ${column.dataset.label}, ${column.ariaSort}. ${shown}` : shown;
  // After the browser has gone to the place itself, which takes the focus away; what is there from the start is not said.
  setTimeout(() => {
    const nobody = document.activeElement === document.body;
    if (nobody && sorted && column.checkVisibility()) column.querySelector("a")?.focus({ preventScroll: true });
    document.getElementById("announcer").textContent = words;
  }, 300);
}

focusLinkedErrors();
addEventListener("load", stayAtTheTable);
announceChanges();
markScrollableTables();
startFrontend();

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

focusLinkedErrors();
announceChanges();
markScrollableTables();
startFrontend();

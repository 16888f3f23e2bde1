/* Charts beyond the drawing: names on hover and focus, and the interactive view for those who ask for it.
   Without this module every chart still has its drawing, its finding and its table. */

const EMPTY_STYLE_MARK = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";
let library = null;

/* Plotly writes a <style> of its own unless it finds this element; the content security policy forbids the style. */
function holdBackStyles() {
  if (document.getElementById(EMPTY_STYLE_MARK)) return;
  const mark = document.createElement("div");
  mark.id = EMPTY_STYLE_MARK;
  mark.hidden = true;
  document.body.append(mark);
}

function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve();
  library ??= new Promise((resolve, reject) => {
    holdBackStyles();
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => {
      library = null;
      script.remove();
      reject(new Error("plotly"));
    };
    document.head.append(script);
  });
  return library;
}

function follow(point) {
  const href = point.customdata?.[0];
  if (typeof href === "string" && /^(https?:\/\/|[/?#])/.test(href)) window.location.assign(href);
}

async function open(figure, button) {
  const status = figure.querySelector("[data-chart-status]");
  const space = figure.querySelector("[data-chart-interactive]");
  status.textContent = "Loading the interactive chart…";
  button.disabled = true;
  try {
    await loadPlotly(button.dataset.chartExplore);
    space.hidden = false;
    if (!space.dataset.drawn) {
      const chart = JSON.parse(document.getElementById(button.dataset.chartData).textContent);
      await window.Plotly.newPlot(space, chart.data, chart.layout, chart.config);
      space.on("plotly_click", (event) => follow(event.points[0]));
      space.dataset.drawn = "yes";
    }
    figure.querySelector("[data-chart-drawing]").hidden = true;
    button.textContent = "Back to the plain chart";
    button.setAttribute("aria-expanded", "true");
    status.textContent = "";
  } catch {
    space.hidden = true;
    status.textContent = "The interactive chart could not be loaded. The chart above and the table below hold the same.";
  } finally {
    button.disabled = false;
    button.focus();
  }
}

function close(figure, button) {
  figure.querySelector("[data-chart-interactive]").hidden = true;
  figure.querySelector("[data-chart-drawing]").hidden = false;
  button.textContent = "Explore (interactive)";
  button.setAttribute("aria-expanded", "false");
}

function offerInteractive(figure) {
  const button = figure.querySelector("[data-chart-explore]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-expanded") === "true") close(figure, button);
    else open(figure, button);
  });
}

/* One label a drawing, beside the part that has the pointer or the focus; Escape puts it away. The browser's own tooltip, a
   <title>, would come on top of it and never on focus, so its text moves to the label. */
function nameParts(drawing) {
  const tip = document.createElement("div");
  tip.className = "chart__tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  drawing.append(tip);

  const show = (part) => {
    tip.textContent = part.dataset.chartName;
    tip.hidden = false;
    const outer = drawing.getBoundingClientRect();
    const inner = part.getBoundingClientRect();
    const middle = inner.left + inner.width / 2 - outer.left;
    const left = Math.max(0, Math.min(middle - tip.offsetWidth / 2, outer.width - tip.offsetWidth));
    const above = inner.top - outer.top - tip.offsetHeight - 6;
    tip.style.left = `${left}px`;
    tip.style.top = `${above < 0 ? inner.bottom - outer.top + 6 : above}px`;
  };
  const hide = () => {
    tip.hidden = true;
  };
  const named = (target) => (target instanceof Element ? target.closest("[data-chart-name]") : null);

  for (const part of drawing.querySelectorAll("[data-chart-name]")) {
    const title = part.querySelector(":scope > title");
    if (!title) continue;
    title.remove();
  }
  drawing.addEventListener("pointerover", (event) => {
    const part = named(event.target);
    if (part) show(part);
    else if (event.target !== tip) hide();
  });
  drawing.addEventListener("pointerleave", hide);
  drawing.addEventListener("focusin", (event) => {
    const part = named(event.target);
    if (part) show(part);
  });
  drawing.addEventListener("focusout", hide);
  drawing.ownerDocument.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

export function prepare(root = document) {
  for (const figure of root.querySelectorAll("[data-chart]:not([data-chart-ready])")) {
    figure.dataset.chartReady = "yes";
    offerInteractive(figure);
    const drawing = figure.querySelector("[data-chart-drawing]");
    if (drawing?.querySelector("[data-chart-name]")) nameParts(drawing);
  }
}

prepare();
document.addEventListener("htmx:load", (event) => prepare(event.target.parentElement ?? document));

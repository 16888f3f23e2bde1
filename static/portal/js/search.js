// The header's search suggests practices while a name, ODS code or postcode is typed. Without it the form finds them all the same.
// An editable combobox with a list: the arrow keys choose, Enter goes there, Escape closes.

const FEWEST_KEYS = 3;
const WAIT = 180;

class Suggestions {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.list = document.createElement("ul");
    this.list.id = "portal-suggestions";
    this.list.className = "portal-suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Practices");
    this.list.hidden = true;
    this.count = document.createElement("p");
    this.count.className = "nhsuk-u-visually-hidden";
    this.count.setAttribute("role", "status");
    form.append(this.list, this.count);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.close();
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => this.point(event));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(this.input.value.trim()), WAIT);
  }

  async ask(words) {
    this.request?.abort();
    if (words.length < FEWEST_KEYS) return this.close();
    this.request = new AbortController();
    const address = `${this.form.dataset.practiceSearch}?${new URLSearchParams({ q: words })}`;
    try {
      const answer = await fetch(address, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) this.show((await answer.json()).practices);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(practices) {
    this.options = practices.map((practice, place) => {
      const option = document.createElement("li");
      option.id = `portal-suggestion-${place}`;
      option.className = "portal-suggestions__option";
      option.setAttribute("role", "option");
      option.dataset.url = practice.url;
      const where = document.createElement("span");
      where.className = "portal-suggestions__where";
      where.textContent = practice.where;
      option.append(practice.name, where);
      return option;
    });
    this.list.replaceChildren(...this.options);
    this.choose(-1);
    this.list.hidden = !practices.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.count.textContent = practices.length === 1 ? "1 practice" : `${practices.length} practices`;
  }

  choose(place) {
    this.chosen = place;
    this.options.forEach((option, own) => option.setAttribute("aria-selected", String(own === place)));
    if (place < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", this.options[place].id);
    this.options[place]?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (!this.list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const around = this.options.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(((this.chosen + 1 + step + around) % around) - 1);
    } else if (event.key === "Enter" && !this.list.hidden && this.chosen >= 0) {
      event.preventDefault();
      location.assign(this.options[this.chosen].dataset.url);
    }
  }

  point(event) {
    event.preventDefault();
    const option = event.target.closest("[data-url]");
    if (option) location.assign(option.dataset.url);
  }

  close() {
    this.options = [];
    this.list.replaceChildren();
    this.list.hidden = true;
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.count.textContent = "";
  }
}

const form = document.querySelector("[data-practice-search]");
if (form?.dataset.practiceSearch) new Suggestions(form);

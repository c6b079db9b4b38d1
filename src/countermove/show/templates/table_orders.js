// The orders of a month: one text, and a form that is another view of it. The text is what is kept and what is sent.

// The entries of a text, a line each; what the form cannot show stays as it is written.
function entriesOf(text) {
  const found = new Map();
  let strange = 0, last = null;
  text.split("\n").forEach((line, number) => {
    const entry = /^([A-Za-z][A-Za-z-]*):(?:\s+(.*?))?\s*$/.exec(line);
    if (entry) {
      const [, value, comment] = /^(.*?)(\s+#.*)?$/.exec(entry[2] ?? "");
      last = { from: number, to: number, value: value.trim(), comment: comment ?? "", simple: true };
      found.set(entry[1], last);
    } else if (/^\s*(#.*)?$/.test(line)) return;
    else if (last && /^\s/.test(line)) { last.to = number; last.simple = false; }
    else strange = strange || number + 1;
  });
  return { found, strange };
}

// The text with another value of a key; an empty value takes the key away.
function withValue(text, key, value) {
  const lines = text.split("\n"), entry = entriesOf(text).found.get(key);
  if (entry) lines.splice(entry.from, entry.to - entry.from + 1, ...(value === "" ? [] : [`${key}: ${value}${entry.comment}`]));
  else if (value !== "") {
    while (lines.length && lines[lines.length - 1].trim() === "") lines.pop();
    lines.push(`${key}: ${value}`);
  }
  return lines.join("\n");
}

const NUMBERS = { plain: "", integer: "", share: "" };

// The field of a key: what it shows of a value, and what it makes of what is chosen.
function fieldOf(key, changed) {
  const id = `order-${key.name}`, help = `${id}-help`;
  const label = el("label", { for: id }, key.says);
  const told = el("small", { id: help });
  const own = (field, show, takes = "") => ({ field, show, told, says: key.says, box: el("div", { class: "field" }, label, field, takes ? el("small", { id: `${id}-takes`, class: "takes" }, takes) : "", told) });
  if (key.kind === "conditions") return conditionsOf(key, changed);
  if (key.kind in NUMBERS) {
    const field = el("input", { id, inputmode: "decimal", autocomplete: "off", "aria-describedby": `${id}-takes ${help}` });
    field.addEventListener("input", () => changed(key.name, field.value.trim()));
    return own(field, (value) => { if (document.activeElement !== field || field.value.trim() !== value) field.value = value; }, capital(key.takes));
  }
  const options = key.kind === "rung" ? key.values.map((name, i) => [name, `${i}, ${name}`])
    : key.kind === "boolean" ? [["true", "yes (true)"], ["false", "no (false)"]] : key.kind.split("|").map((one) => [one, readable(one)]);
  const field = el("select", { id, "aria-describedby": help }, el("option", { value: "" }, "no order"), ...options.map(([value, says]) => el("option", { value }, says)));
  field.addEventListener("change", () => changed(key.name, field.value));
  return own(field, (value) => {
    const meant = { yes: "true", no: "false" }[value] ?? (key.kind === "rung" && /^\d$/.test(value) ? facts.ladder[Number(value)] : value);
    field.querySelector("[data-other]")?.remove();
    if (meant && !options.some(([one]) => one === meant)) field.append(el("option", { value, "data-other": true }, `as written: ${value}`));
    field.value = options.some(([one]) => one === meant) ? meant : value;
  });
}

function conditionsOf(key, changed) {
  const help = `order-${key.name}-help`, told = el("small", { id: help });
  const boxes = key.values.map((one) => [one, el("input", { type: "checkbox", value: one })]);
  const lift = el("input", { type: "checkbox", value: "none" });  // an empty list is an order: what is left out is none
  const legend = el("legend", {}, key.says);
  const fields = el("fieldset", { "aria-describedby": help }, legend, el("div", { class: "boxes" }, ...boxes.map(([one, box]) => el("label", {}, box, one)), el("label", {}, lift, "none: lift what is set")), el("small", { class: "takes" }, "None ticked: no order."));
  for (const [, box] of boxes) box.addEventListener("change", () => {
    const chosen = boxes.filter(([, other]) => other.checked).map(([one]) => one);
    changed(key.name, chosen.length ? `[${chosen.join(", ")}]` : "");
  });
  lift.addEventListener("change", () => changed(key.name, lift.checked ? "[]" : ""));
  const show = (value) => {
    const chosen = value.replace(/^\[|\]$/g, "").split(",").map((one) => one.trim()).filter(Boolean);
    for (const [one, box] of boxes) box.checked = chosen.includes(one);
    lift.checked = /^\[\s*\]$/.test(value);
    told.textContent = chosen.some((one) => !key.values.includes(one)) ? `as written: ${value}` : "";
  };
  return { field: fields, show, told, says: key.says, box: el("div", { class: "field wide" }, fields, told) };
}

// Both views of the orders, on one text. `changed` hears that somebody has written.
class Orders {
  constructor(keys, changed) {
    this.text = at("orders-text");
    this.fields = new Map();
    this.errors = [];
    this.remarks = [];
    fill(at("keys"), ...keys.flatMap((key) => [el("dt", {}, el("code", {}, key.name)), el("dd", {}, `${key.does}. It takes ${key.takes}.`, key.example ? el("span", {}, " ", el("code", {}, key.example)) : "")]));
    for (const key of keys) {
      this.fields.set(key.name, fieldOf(key, (name, value) => {
        this.text.value = withValue(this.text.value, name, value);
        this.refused([]);
        changed();
      }));
    }
    this.strange = el("p", { class: "warned", hidden: true });
    at("form-view").replaceChildren(this.strange, el("div", { class: "fields" }, ...[...this.fields.values()].map((one) => one.box)));
    this.text.addEventListener("input", () => { this.refused([]); this.show(); changed(); });
    at("as-form").addEventListener("click", () => this.view("form"));
    at("as-text").addEventListener("click", () => this.view("text"));
    this.view(kept.get("view", "form"));
  }
  view(which) {
    kept.set("view", which);
    for (const one of ["form", "text"]) { at(`${one}-view`).hidden = one !== which; at(`as-${one}`).setAttribute("aria-pressed", String(one === which)); }
    at("keys-fold").hidden = which === "form";
    this.list();
  }
  // Where a mistake is: in the form its field, in the text its line and column.
  where(error) {
    if (!(error.line > 0)) return "";
    if (at("form-view").hidden) return `Line ${error.line}, column ${error.column}: `;
    const { found } = entriesOf(this.text.value);
    const entry = [...found].find(([, one]) => error.line - 1 >= one.from && error.line - 1 <= one.to);
    const field = entry && this.fields.get(entry[0]);
    return field ? `${field.says}: ` : entry ? `${entry[0]}: ` : "In the text: ";
  }
  // What is wrong, in the words of the view: a form has no keys.
  wrong(errors) {
    const said = words(errors);
    return at("form-view").hidden ? said : said.replace(/"([a-z-]+)"/g, (found, key) => (this.fields.has(key) ? `“${this.fields.get(key).says}”` : found));
  }
  list() {
    fill(at("orders-errors"), ...this.errors.map((one) => el("li", {}, this.where(one), this.wrong([one]))));
    at("orders-remarks").hidden = !this.remarks.length;
    fill(at("orders-remarks"), ...(this.remarks.length ? [el("b", {}, "To know of these orders:"), el("ul", {}, ...this.remarks.map((one) => el("li", {}, `${this.fields.get(one.key)?.says ?? one.key}: ${one.text}`)))] : []));
  }
  // What would not be carried out as it is ordered: beside the button, and its fields are marked.
  remark(remarks) {
    if (JSON.stringify(remarks) === JSON.stringify(this.remarks)) return;
    this.remarks = remarks;
    for (const [name, one] of this.fields) one.box.classList.toggle("remarked", remarks.some((remark) => remark.key === name));
    this.list();
  }
  get value() { return this.text.value; }
  set value(text) { this.text.value = text; this.refused([]); this.show(); }
  show() {
    const { found, strange } = entriesOf(this.text.value);
    this.strange.hidden = !strange;
    if (strange) this.strange.textContent = `Line ${strange} of the text is written in a way that this form does not show. It stays as it is.`;
    for (const [name, one] of this.fields) {
      const entry = found.get(name);
      one.show(entry && entry.simple ? entry.value : "");
      if (entry && !entry.simple) one.told.textContent = "written over several lines: see the text";
    }
  }
  // What the server says of the text, at its line and column; a field whose line it is says so too.
  refused(errors) {
    this.errors = errors;
    this.list();
    this.text.setAttribute("aria-invalid", String(errors.length > 0));
    const { found } = entriesOf(this.text.value);
    for (const [name, one] of this.fields) {
      const entry = found.get(name);
      const own = errors.filter((error) => entry && error.line - 1 >= entry.from && error.line - 1 <= entry.to);
      one.told.textContent = this.wrong(own.map((error) => ({ ...error, expected: "" })));  // what was expected stands below
      one.told.className = own.length ? "errors" : "";
      if (one.field.tagName !== "FIELDSET") one.field.setAttribute("aria-invalid", String(own.length > 0));
    }
    const first = errors.find((one) => one.line > 0);
    if (first && !at("text-view").hidden) {
      const before = this.text.value.split("\n").slice(0, first.line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      this.text.focus();
      this.text.setSelectionRange(before + first.column - 1, before + first.column - 1);
    }
  }
}

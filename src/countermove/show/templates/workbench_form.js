// The same document as a form. What is changed here is changed in the text, at its place, by the server, which reads it again.
const form = (() => {
  const box = document.getElementById("form-view");
  const open = new Set([""]);
  let turn = 0;

  const draw = async () => {
    const own = (turn += 1);
    let found;
    try {
      found = await ask("/form", { text: desk.text, open: [...open] });
    } catch (error) {
      box.textContent = error.message;
      return;
    }
    if (own !== turn) return;
    const focus = box.contains(document.activeElement) ? document.activeElement.id : "", top = box.scrollTop;
    box.innerHTML = found.html || "<p>The text cannot be read as it stands: mend it first.</p>";
    for (const section of box.querySelectorAll("details")) {
      section.addEventListener("toggle", () => {
        const name = section.dataset.section, was = open.has(name);
        if (section.open) open.add(name); else open.delete(name);
        if (section.open && !was) draw();
      });
    }
    box.scrollTop = top;
    if (focus) document.getElementById(focus)?.focus();
  };

  const refuse = (field, message) => {
    const room = field.closest(".field, .adding");
    room.querySelector(".refusal")?.remove();
    field.toggleAttribute("aria-invalid", Boolean(message));
    if (message) field.setAttribute("aria-invalid", "true");
    if (!message) return;
    const told = document.createElement("span");
    told.className = "refusal";
    told.setAttribute("role", "alert");
    told.textContent = message;
    room.append(told);
  };

  // one change after the other: each is made in the text that the one before it left
  let changes = Promise.resolve();
  const change = (field, body) => { changes = changes.then(() => made(field, body)); };
  const made = async (field, body) => {
    const text = desk.text;
    try {
      const found = await ask("/edit", { text, ...body });
      if (desk.text !== text) return made(field, body);  // somebody typed meanwhile
      refuse(field, "");
      desk.set(found.text, `form ${JSON.stringify(body.path)}`);
      editor.touch(found.line, found.column, body.value.length);
    } catch (error) {
      refuse(field, error.message);
    }
    return undefined;
  };

  box.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.dataset.path || field.closest(".adding")) return;
    let value = field.type === "checkbox" ? String(field.checked) : field.value.trim();
    if ("number" in field.dataset) {
      if (value === "" || !Number.isFinite(Number(value.replaceAll("_", "")))) { refuse(field, "This is no number."); return; }
      value += field.dataset.rest;
    }
    change(field, { path: JSON.parse(field.dataset.path), value });
  });
  // a value that can only be one of a few is offered
  box.addEventListener("focusin", (event) => {
    const room = event.target.closest(".adding");
    if (!room || event.target.tagName !== "INPUT") return;
    const few = room.querySelector("select").selectedOptions[0]?.dataset.options;
    const list = room.querySelector("datalist") || room.appendChild(document.createElement("datalist"));
    list.id = `few:${room.dataset.path}`;
    list.replaceChildren(...(few ? few.split("|") : []).map((one) => new Option(one)));
    event.target.setAttribute("list", list.id);
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button.add");
    if (!button) return;
    const room = button.closest(".adding"), key = room.querySelector("select"), value = room.querySelector("input");
    const given = value.value.trim();
    if (!given) { refuse(value, "Give it a value first."); return; }
    change(value, { path: JSON.parse(room.dataset.path), key: key.value, value: given });
  });
  desk.listen(() => { if (views.shown === "form") draw(); });
  return { draw };
})();

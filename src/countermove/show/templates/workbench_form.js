// The same document as a form. What is changed here is changed in the text, at its place, by the server, which reads it again.
const form = (() => {
  const box = document.getElementById("form-view"), fields = document.getElementById("form-fields"), state = document.getElementById("form-state");
  const open = new Set([""]);
  let turn = 0, owed = false, pressed = false;

  // --- what was typed and is not in the text yet ---
  const value = (one) => (one.type === "checkbox" ? String(one.checked) : one.value);
  const drawn = (one) => {
    if (one.type === "checkbox") return String(one.defaultChecked);
    return one.tagName === "SELECT" ? ([...one.options].find((option) => option.defaultSelected) || one.options[0])?.value : one.defaultValue;
  };
  const put = (one, text) => { if (one.type === "checkbox") one.checked = text === "true"; else one.value = text; };
  const settle = (one) => {
    if (one.type === "checkbox") one.defaultChecked = one.checked;
    else if (one.tagName === "SELECT") for (const option of one.options) option.defaultSelected = option.selected;
    else one.defaultValue = one.value;
  };
  const controls = () => [...fields.querySelectorAll("input[id], select[id]")];
  const drafts = () => controls().filter((one) => value(one) !== drawn(one))
    .map((one) => ({ id: one.id, text: value(one), refusal: one.getAttribute("aria-invalid") ? one.closest(".field, .adding").querySelector(".refusal")?.textContent : "" }));
  // Nothing is drawn anew under somebody's hands: while a field holds letters that are not taken yet, or a button is being pressed.
  const held = () => {
    const one = document.activeElement;
    return pressed || (fields.contains(one) && one.matches("input:not([type=checkbox])") && value(one) !== drawn(one) && !one.getAttribute("aria-invalid"));
  };
  const owing = () => { if (owed && !held()) draw(); };
  box.addEventListener("pointerdown", () => { pressed = true; });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => { pressed = false; setTimeout(owing); });  // the click comes first
  box.addEventListener("focusout", () => setTimeout(owing));

  const draw = async () => {
    const own = (turn += 1);
    let found;
    owed = true;
    try {
      found = await ask("/form", { text: desk.text, open: [...open] });
    } catch (error) {
      if (own === turn) state.textContent = error.message;
      return;
    }
    if (own !== turn || held()) return;
    owed = false;
    state.textContent = found.html ? "" : "The text cannot be read as it stands: mend it first.";
    const was = document.activeElement, focus = fields.contains(was) ? was.id : "", chosen = focus && "selectionStart" in was ? [was.selectionStart, was.selectionEnd] : null;
    const kept = drafts(), top = box.scrollTop;
    fields.innerHTML = found.html;
    for (const one of kept) {
      const field = document.getElementById(one.id);
      if (!field || !fields.contains(field)) continue;
      put(field, one.text);
      if (one.refusal) refuse(field, one.refusal);
    }
    for (const section of fields.querySelectorAll("details")) {
      section.addEventListener("toggle", () => {
        const name = section.dataset.section, before = open.has(name);
        if (section.open) open.add(name); else open.delete(name);
        if (section.open && !before) draw();
      });
    }
    box.scrollTop = top;
    const around = `key:${focus.replace(/^remove:/, "").replace(/\/?[^/]*$/, "")}`;  // what was taken away may be added again
    const again = focus && (document.getElementById(focus) || document.getElementById(around));
    if (!again) return;
    again.focus();
    if (chosen?.[0] != null) again.setSelectionRange(...chosen);
  };

  const refuse = (field, message) => {
    const room = field.closest(".field, .adding");
    room.querySelector(".refusal")?.remove();
    field.removeAttribute("aria-invalid");
    if (!message) return;
    field.setAttribute("aria-invalid", "true");
    const told = document.createElement("span");
    told.className = "refusal";
    told.setAttribute("role", "alert");
    told.textContent = message;
    room.append(told);
  };

  // One change after the other: each is made in the text that the one before it left. `id`: of the field that it was made in, which may have been
  // drawn anew meanwhile.
  let changes = Promise.resolve();
  const change = (id, body) => { changes = changes.then(() => made(id, body)); };
  const made = async (id, body) => {
    const text = desk.text, place = desk.place;
    try {
      const found = await ask("/edit", { text, ...body });
      if (desk.place !== place) return undefined;  // another war is open
      if (desk.text !== text) return made(id, body);  // somebody typed meanwhile
      taken(document.getElementById(id), body);
      desk.set(found.text, body.remove || body.key ? "" : `form ${JSON.stringify(body.path)}`);
      if (!body.remove) editor.touch(found.line, found.column, [...body.value].length);
    } catch (error) {
      const field = document.getElementById(id);
      if (field) refuse(field, error.message); else state.textContent = error.message;
    }
    return undefined;
  };

  // what stands in the field is in the text, unless more was typed since
  const taken = (field, body) => {
    if (!field) return;
    refuse(field, "");
    if (body.remove) put(field, drawn(field));
    else if (value(field) !== body.typed) return;
    else if (!body.key) settle(field);
    else { field.value = ""; field.closest(".adding").querySelector("select").selectedIndex = 0; }
  };

  fields.addEventListener("input", (event) => event.target.removeAttribute("aria-invalid"));
  fields.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.dataset.path || field.closest(".adding")) return;
    const typed = value(field);
    let given = typed.trim();
    if ("number" in field.dataset) {
      if (given === "" || !Number.isFinite(Number(given.replaceAll("_", "")))) { refuse(field, "This is no number."); return; }
      given += field.dataset.rest;
    }
    change(field.id, { path: JSON.parse(field.dataset.path), value: given, typed });
  });
  // a value that can only be one of a few is offered
  fields.addEventListener("focusin", (event) => {
    const room = event.target.closest(".adding");
    if (!room || event.target.tagName !== "INPUT") return;
    const few = room.querySelector("select").selectedOptions[0]?.dataset.options;
    const list = room.querySelector("datalist") || room.appendChild(document.createElement("datalist"));
    list.id = `few:${room.dataset.path}`;
    list.replaceChildren(...(few ? few.split("|") : []).map((one) => new Option(one)));
    event.target.setAttribute("list", list.id);
  });
  fields.addEventListener("click", (event) => {
    const button = event.target.closest("button.add, button.remove");
    if (!button) return;
    if (button.matches(".remove")) { change(button.dataset.of, { path: JSON.parse(button.dataset.path), remove: true }); return; }
    const room = button.closest(".adding"), key = room.querySelector("select"), entry = room.querySelector("input");
    const given = entry.value.trim();
    if (!given) { refuse(entry, "Give it a value first."); return; }
    change(entry.id, { path: JSON.parse(room.dataset.path), key: key.value, value: given, typed: entry.value });
  });
  desk.listen((why) => {
    if (why === "begin") { open.clear(); open.add(""); fields.replaceChildren(); }
    if (why !== "variants" && views.shown === "form") draw();
  });
  return { draw };
})();

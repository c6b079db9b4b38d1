// The text with its mistakes underlined. The letters stand in a text area; under it lies the same text, unseen, with its marks.
const editor = (() => {
  const area = document.getElementById("text"), under = document.getElementById("under");
  const list = document.getElementById("mistakes"), head = document.getElementById("mistakes-head");
  let mistakes = [], touched = null;

  const lines = () => area.value.split("\n");
  const offset = (line, column) => {
    const every = lines(), before = every.slice(0, line - 1);
    const inside = [...(every[line - 1] || "")].slice(0, column - 1).join("").length;  // columns count letters, and some letters are two units here
    return before.reduce((sum, one) => sum + one.length + 1, 0) + inside;
  };

  // from where to where a thing reaches; its length counts letters too
  const span = (one) => [offset(one.line, one.column), offset(one.line, one.column + one.length)];

  const draw = () => {
    const text = area.value, marks = [];
    for (const one of mistakes) if (one.line > 0) marks.push([...span(one), ""]);
    if (touched && !mistakes.length) marks.push([...span(touched), "touched"]);
    marks.sort((a, b) => a[0] - b[0]);
    under.replaceChildren();
    let at = 0;
    for (const [start, end, kind] of marks) {
      if (start < at || start > text.length) continue;
      under.append(text.slice(at, start));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, Math.max(end, start + 1)) || " ";
      if (kind) mark.className = kind;
      under.append(mark);
      at = end;
    }
    under.append(text.slice(at), "\n");
    scrolled();
  };
  const scrolled = () => { under.scrollTop = area.scrollTop; under.scrollLeft = area.scrollLeft; };

  const go = (line, column, length) => {
    views.show("text");
    const [start, end] = span({ line, column, length });
    area.focus();
    area.setSelectionRange(start, end);
    area.scrollTop = Math.max(0, (line - 3) * parseFloat(getComputedStyle(area).lineHeight));
    scrolled();
  };

  const told = (one, doubt = false) => {
    const row = document.createElement("li");
    if (one.line) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `line ${one.line}`;
      button.addEventListener("click", () => go(one.line, one.column, one.length));
      row.append(button);
    }
    row.append(one.message + (one.expected ? `; ${doubt ? "" : "expected "}${one.expected}` : ""));
    if (one.suggestion && !doubt) {
      row.append("; did you mean ");
      const mend = document.createElement("button");
      mend.type = "button";
      mend.className = "mend";
      mend.textContent = one.suggestion;
      mend.title = "Put it there";
      mend.addEventListener("click", () => {
        const [start, end] = span(one), text = area.value;
        desk.set(text.slice(0, start) + one.suggestion + text.slice(end), "mend");
        go(one.line, one.column, [...one.suggestion].length);
      });
      if (one.line) row.append(mend, "?"); else row.append(`${one.suggestion}?`);
    }
    return row;
  };

  area.addEventListener("input", () => { touched = null; desk.set(area.value, "typing"); });
  area.addEventListener("scroll", scrolled);
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      if (key === "y" || event.shiftKey) desk.redo(); else desk.undo();
    }
  });
  desk.listen((why) => {
    if (why === "variants") return;
    if (area.value !== desk.text) {
      const { selectionStart, scrollTop, scrollLeft } = area;
      area.value = desk.text;
      area.setSelectionRange(Math.min(selectionStart, area.value.length), Math.min(selectionStart, area.value.length));
      area.scrollTop = scrollTop; area.scrollLeft = scrollLeft;
    }
    // what is listed is of the text before: its places are not those of this text
    mistakes = [];
    for (const button of document.querySelectorAll(".mistakes li button")) button.disabled = true;
    draw();
    sections();
  });

  // the sections of the text, to go to
  const jump = document.getElementById("jump");
  const sections = () => {
    const found = [...area.value.matchAll(/^([a-z][a-z-]*):/gm)].map((one) => one[1]);
    if (found.join() === [...jump.options].slice(1).map((one) => one.value).join()) return;
    jump.replaceChildren(new Option("a part of the text", ""), ...found.map((one) => new Option(one.replaceAll("-", " "), one)));
  };
  jump.addEventListener("change", () => {
    const line = lines().findIndex((one) => one.startsWith(`${jump.value}:`)) + 1;
    if (jump.value && line) go(line, 1, jump.value.length);
    jump.value = "";
  });

  return {
    mistaken(found) {
      mistakes = found;
      list.replaceChildren(...found.map((one) => told(one)));
      if (found.length) document.getElementById("doubts-part").hidden = true;
      const text = found.length ? `${found.length} mistake${found.length === 1 ? "" : "s"}: the answer stands as it was until they are mended` : "No mistakes";
      if (head.textContent !== text) head.textContent = text;
      head.parentElement.classList.toggle("wrong", found.length > 0);
      draw();
    },
    doubted(found) {
      const doubts = found.filter((one) => one.doubt).length, notes = found.length - doubts, parts = [];
      if (doubts) parts.push(`${doubts} doubt${doubts === 1 ? "" : "s"}`);
      if (notes) parts.push(`${notes} note${notes === 1 ? "" : "s"}`);
      document.getElementById("doubts-part").hidden = !found.length;
      document.getElementById("doubts-head").textContent = parts.join(", ");
      document.getElementById("doubts").replaceChildren(...found.map((one) => told(one, true)));
    },
    touch(line, column, length) { touched = { line, column, length }; draw(); },
  };
})();

const views = (() => {
  const buttons = { text: document.getElementById("as-text"), form: document.getElementById("as-form") };
  const parts = { text: document.getElementById("text-view"), form: document.getElementById("form-view") };
  let shown = "text";
  const show = (which) => {
    shown = which;
    for (const [name, button] of Object.entries(buttons)) {
      button.setAttribute("aria-pressed", String(name === which));
      parts[name].hidden = name !== which;
    }
    document.getElementById("jump-part").hidden = which !== "text";
    if (which === "form") form.draw();
  };
  for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", () => show(name));
  return { show, get shown() { return shown; } };
})();

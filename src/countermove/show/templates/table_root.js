// Whoever comes without a link: the seats that this browser has.
(async () => {
  for (const path of new Set(Object.values(doors()))) {
    if (!(await sitsAt(path))) continue;
    const [, , room, seat] = path.split("/"), link = document.createElement("a"), row = document.createElement("li");
    link.href = path;
    link.textContent = `${decodeURIComponent(seat).replace(/-/g, " ")}, in the room ${decodeURIComponent(room)}`;
    row.append(link);
    document.getElementById("seats").append(row);
    document.getElementById("has").hidden = false;
  }
})();

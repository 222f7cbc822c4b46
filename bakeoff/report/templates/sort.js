"use strict";
// Sorts tables by the column that is clicked. Without this script they keep the order of ranks.
(() => {
  const collator = new Intl.Collator("en", { numeric: true });

  // Missing values come last in both directions.
  const key = (row, index) => {
    const cell = row.cells[index];
    const number = cell.dataset.value;
    const text = cell.textContent.trim();
    return { number: number === undefined ? null : Number(number), text, missing: text === "–" || text === "" };
  };

  const compare = (a, b) =>
    a.number !== null && b.number !== null ? a.number - b.number : collator.compare(a.text, b.text);

  const sort = (table, heading, index) => {
    const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => ({ row, key: key(row, index) }));
    rows.sort((a, b) => a.key.missing - b.key.missing || direction * compare(a.key, b.key));
    body.append(...rows.map(({ row }) => row));
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    Array.from(table.tHead.rows[0].cells).forEach((heading, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sort(table, heading, index));
    });
  }

  // Details that are closed would be missing on paper.
  const folded = () => document.querySelectorAll("details:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = Array.from(folded());
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
})();

"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const SIGNS = {holds: "\u2713", violated: "\u2717", unknown: "\u00b7"};
const by = id => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (name === "class") element.className = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
const number = n => n.toLocaleString("en");
const kind = cell => cell.is === "holds" || cell.is === "violated" ? cell.is : "nothing";
const short = row => row.commit.slice(0, 10);

// What can be said of a cell in a few words.
function words(cell) {
  const says = cell.is === "nothing" ? "not built" : cell.is.replaceAll("_", " ");
  if (!cell.orders) return [says, cell.why].filter(Boolean).join(": ");
  const orders = [];
  if (cell.hold) orders.push(`${cell.hold} hold`);
  if (cell.violated) orders.push(`${cell.violated} violated`);
  if (cell.infeasible) orders.push(`${cell.infeasible} infeasible`);
  return `${says}, ${orders.join(", ") || "no order reached"} of ${cell.orders}, ` +
      `${cell.seconds.toFixed(1)} s`;
}

function head() {
  by("title").textContent = `${data.clone}: laws over history`;
  const f = data.figures;
  by("facts").textContent = `${data.range}: ${number(f.commits)} commits, ${number(f.rows)} shown, ` +
      `${number(f.plugins)} different plugins, ${number(f.cells - f.left)} of ${number(f.cells)} cells known. ` +
      `Each cell: ${data.search}.`;
}

function summary() {
  data.scenarios.forEach((scenario, s) => {
    const what = make("div", {class: "law"}, scenario.name);
    const says = [scenario.says, ...(scenario.see || [])].filter(Boolean).join(" ");
    if (says) what.append(make("span", {class: "says"}, says));
    const list = make("ol");
    for (const change of data.changes[s]) {
      const row = data.rows[change.row];
      const word = change.first ? "violated" : change.breaks ? "broken" : "mended";
      const button = make("button", {type: "button"},
          make("span", {class: `word ${change.breaks ? "broken" : "mended"}`}, word),
          make("span", {class: "id"}, short(row)), ` ${row.date} ${row.subject}`);
      if (change.first) {
        button.append(make("span", {class: "quiet"}, " (there or before)"));
      }
      if (change.unknown && !change.first) {
        button.append(make("span", {class: "quiet"},
            ` (or one of the ${change.unknown} before it, which have no verdict)`));
      }
      button.addEventListener("click", () => go(change.row, s));
      list.append(make("li", {}, button));
    }
    if (!list.children.length) {
      const known = data.rows.some(row => kind(row.cells[s]) !== "nothing");
      list.append(make("li", {class: "quiet"},
          known ? "holds wherever it can be judged" : "cannot be judged anywhere"));
    }
    by("summary").append(make("li", {}, what, list));
  });
}

// The grid: rows newest first; one cell at a time is in the order of tabs.
const buttons = [];  // by row of the data, then scenario
function matrix() {
  const names = make("tr", {}, make("th", {scope: "col"}, "commit"));
  for (const scenario of data.scenarios) {
    names.append(make("th", {scope: "col", title: scenario.says}, make("span", {}, scenario.name)));
  }
  const body = make("tbody");
  const changed = new Set(data.changes.flat().map(change => change.row));
  for (let r = data.rows.length - 1; r >= 0; --r) {
    const row = data.rows[r];
    const title = make("th", {scope: "row", title: `${row.commit} ${row.date} ${row.subject}`});
    for (const tag of row.tags) title.append(make("span", {class: "tag"}, tag));
    title.append(make("span", {class: "id"}, short(row)), make("span", {class: "date"}, row.date),
        make("span", {class: "subject"}, row.subject));
    const line = make("tr", {"data-row": r, class: changed.has(r) ? "changes" : "same"}, title);
    buttons[r] = row.cells.map((cell, s) => {
      const button = make("button", {type: "button", class: `cell ${kind(cell)}`, tabindex: "-1",
          title: words(cell), "aria-label": `${data.scenarios[s].name} on ${short(row)}: ${words(cell)}`},
          SIGNS[cell.is] || "\u2013");
      button.addEventListener("click", () => open(r, s));
      button.addEventListener("focus", () => { setTab(r, s); about(r, s); });
      button.addEventListener("mouseenter", () => about(r, s));
      line.append(make("td", {role: "gridcell"}, button));
      return button;
    });
    body.append(line);
  }
  by("matrix").append(make("thead", {}, names), body);
  setTab(data.rows.length - 1, 0);
}

// The cell under the pointer or with the focus, where its title cannot be seen.
function about(r, s) {
  by("about").textContent = `${data.scenarios[s].name} on ${short(data.rows[r])}: ${words(data.rows[r].cells[s])}`;
}

let at = null;
function setTab(r, s) {
  if (at) buttons[at[0]][at[1]].tabIndex = -1;
  at = [r, s];
  if (buttons[r] && buttons[r][s]) buttons[r][s].tabIndex = 0;
}
function shown(r) { return !buttons[r][0].closest("tr").classList.contains("hidden"); }
function go(r, s) {
  if (!shown(r)) { by("only-changes").checked = false; filter(); }
  buttons[r][s].focus();
  buttons[r][s].scrollIntoView({block: "center", inline: "center"});
}
function move(dr, ds) {
  const s = at[1] + ds;
  let r = at[0] + dr;
  while (r >= 0 && r < data.rows.length && !shown(r)) r += dr;
  if (r >= 0 && r < data.rows.length && s >= 0 && s < data.scenarios.length) buttons[r][s].focus();
}
function onKey(event) {
  const steps = {ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    Home: [0, -at[1]], End: [0, data.scenarios.length - 1 - at[1]]};
  if (!(event.key in steps) || !event.target.closest("td")) return;
  event.preventDefault();
  move(...steps[event.key]);
}
function filter() {
  for (const line of by("matrix").querySelectorAll("tr.same")) {
    line.classList.toggle("hidden", by("only-changes").checked);
  }
  if (!shown(at[0])) {
    const next = buttons.findIndex((_, r) => shown(r));
    if (next >= 0) setTab(next, at[1]);
  }
}

let details = null;  // unpacked when the first cell is opened
async function detail(index) {
  if (!details) {
    const packed = Uint8Array.from(atob(by("details").textContent), c => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    details = JSON.parse(await new Response(stream).text());
  }
  return details[index];
}

async function open(r, s) {
  const row = data.rows[r], scenario = data.scenarios[s], cell = row.cells[s];
  by("detail-title").textContent = `${scenario.name}: ${kind(cell) === "nothing" && cell.is !== "unknown" ? "cannot be judged" : cell.is}`;
  by("detail-commit").replaceChildren(make("span", {class: "id"}, row.commit), ` ${row.date} ${row.subject}`);
  const facts = by("detail-facts");
  facts.replaceChildren();
  const fact = (name, value) => { if (value) facts.append(make("dt", {}, name), make("dd", {}, value)); };
  fact("scenario", scenario.path);
  fact("says", scenario.says);
  for (const law of cell.laws || []) fact("broken law", law);
  if (cell.orders) {
    fact("orders", words(cell));
    fact("executions", `${number(cell.executions)}, ${cell.complete ? "complete: proven for all of them" : "bounded"}`);
  }
  fact("why", cell.why);
  by("ladder").hidden = by("schedule-part").hidden = true;
  if (!by("detail").open) by("detail").showModal();
  if (cell.detail === undefined) return;
  const more = await detail(cell.detail);
  by("ladder").textContent = more.ladder;
  by("ladder").hidden = false;
  if (!more.schedule) return;
  by("schedule").textContent = more.schedule;
  by("download").href = URL.createObjectURL(new Blob([more.schedule], {type: "text/plain"}));
  by("download").download = `${scenario.name}@${short(row)}.sched`;
  by("schedule-part").hidden = false;
}

head();
summary();
matrix();
by("only-changes").addEventListener("change", filter);
by("matrix").addEventListener("keydown", onKey);
by("detail").addEventListener("click", event => { if (event.target === by("detail")) by("detail").close(); });

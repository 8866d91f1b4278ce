"use strict";
(() => {
  const PAGE = 200;
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const filters = { text: find("text"), severity: find("severity"), verdict: find("verdict"), framework: find("framework"), rule: find("rule") };
  const rows = find("rows"), count = find("count"), more = find("more");
  // What is searched for each finding, made once.
  const haystacks = data.findings.map((f) => [data.rules[f.r].id, data.rules[f.r].title, f.a, f.p, f.m, f.c, f.s, data.documents[f.d]].join("\n").toLowerCase());
  let matching = [], shown = 0;

  const element = (name, className, text) => {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };
  const option = (select, value, text) => {
    const node = element("option", "", text);
    node.value = value;
    select.append(node);
  };
  data.rules.forEach((rule) => option(filters.rule, rule.id, rule.id));
  [...new Set(data.rules.flatMap((rule) => Object.keys(rule.controls)))].sort().forEach((name) => option(filters.framework, name, name));

  const row = (f) => {
    const rule = data.rules[f.r];
    const tr = element("tr");
    const verdict = f.w ? "waived" : f.v;
    const first = element("td");
    first.append(element("span", "severity " + rule.severity, rule.severity), element("br"), element("span", "state " + verdict, f.n ? verdict + " (warning)" : verdict));
    const place = element("td");
    place.append(element("code", "", f.a || data.documents[f.d]), element("br"), element("span", "soft mono", f.s || data.documents[f.d]));
    const what = element("td");
    what.append(element("div", "message", f.p ? f.p + ": " + f.m : f.m));
    if (f.c) what.append(element("div", "soft message", f.c));
    if (f.w) {
      const waived = data.waived[f.w - 1];
      what.append(element("div", "soft message", "Waived" + (waived.expires ? " until " + waived.expires : "") + (waived.owner ? " by " + waived.owner : "") + ": " + waived.reason + " (" + waived.place + ")"));
    }
    what.append(element("div", "soft mono", rule.id));
    tr.append(first, place, what);
    return tr;
  };
  const show = (upTo) => {
    const part = document.createDocumentFragment();
    for (; shown < Math.min(upTo, matching.length); shown++) part.append(row(matching[shown]));
    rows.append(part);
    count.textContent = matching.length.toLocaleString("en") + " of " + data.findings.length.toLocaleString("en") + " findings";
    more.hidden = shown >= matching.length;
    more.textContent = "Show more (" + (matching.length - shown).toLocaleString("en") + " left)";
  };
  const apply = () => {
    const words = filters.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { severity, verdict, framework, rule } = filters;
    matching = data.findings.filter((f, index) => {
      const of = data.rules[f.r];
      return (!severity.value || of.severity === severity.value)
        && (!verdict.value || (f.w ? "waived" : f.v) === verdict.value)
        && (!framework.value || framework.value in of.controls)
        && (!rule.value || of.id === rule.value)
        && words.every((word) => haystacks[index].includes(word));
    });
    rows.replaceChildren();
    shown = 0;
    show(PAGE);
  };
  let waiting;
  filters.text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  [filters.severity, filters.verdict, filters.framework, filters.rule].forEach((select) => select.addEventListener("change", apply));
  more.addEventListener("click", () => show(shown + PAGE));
  find("reset").addEventListener("click", () => { Object.values(filters).forEach((field) => { field.value = ""; }); apply(); });
  // Links of rules and controls set the filters.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-rule]");
    if (!link) return;
    Object.values(filters).forEach((field) => { field.value = ""; });
    filters.rule.value = link.dataset.rule;
    apply();
  });
  // Paper has no folds and no buttons: everything that matches the filters is printed.
  let folded = [];
  addEventListener("beforeprint", () => {
    show(Infinity);
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => { folded.forEach((details) => { details.open = false; }); apply(); });
  find("print").addEventListener("click", () => print());
  apply();
})();

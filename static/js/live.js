/* A standing refreshes itself while a meetup evening is on (templates/scoring/_live.html); htmx fetches and swaps.
 *
 * What is here: not while the page is out of sight or somebody stopped it; a page that did not change is not sent again
 * (ETag); the focus stays where it was; and a polite line says in words what changed.
 */
(() => {
  "use strict";
  const live = document.getElementById("live");
  const words = live.querySelector("[role=status]");
  const button = live.querySelector("button");
  const board = () => document.querySelector(live.getAttribute("hx-target"));
  const inDutch = document.documentElement.lang === "nl";
  let runs = true;
  let etag = "";
  let before = new Map();
  let focused = "";

  const refresh = () => {
    if (runs && !document.hidden) htmx.trigger(live, "refresh");
  };

  const totals = () =>
    new Map(
      Array.from(board().querySelectorAll("tbody tr, .podium__place"), (row) => {
        const link = row.querySelector("a");
        const total = row.querySelector(".podium__total strong") || row.lastElementChild;
        return [link.getAttribute("href"), { row, name: link.textContent, total: total.textContent }];
      }),
    );

  const tell = () => {
    const changed = [...totals()].filter(([address, { total }]) => before.get(address)?.total !== total);
    if (!changed.length) return;
    for (const [, { row }] of changed) row.classList.add("is-changed");
    const now = new Date();
    const time = [now.getHours(), String(now.getMinutes()).padStart(2, "0")].join(inDutch ? "." : ":");
    const names = changed.map(([, { name, total }]) => `${name} (${total})`).join(", ");
    words.textContent = [
      live.dataset.updated.replace("{time}", () => time),
      live.dataset.changed.replace("{names}", () => names),
    ].join(" ");
  };

  const toggle = () => {
    runs = !runs;
    for (const label of button.children) label.hidden = !label.hidden;
    refresh();
  };

  const end = () => {
    runs = false;
    words.textContent = live.dataset.over;
    button.hidden = true;
  };

  live.addEventListener("htmx:configRequest", ({ detail }) => {
    if (etag) detail.headers["If-None-Match"] = etag;
  });

  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { xhr } = detail;
    if (xhr.status !== 200) {
      detail.shouldSwap = false;
      return;
    }
    // The evening is over, or the organisers hold the standing still.
    if (!xhr.responseText.includes('id="live"')) {
      detail.shouldSwap = false;
      end();
      return;
    }
    etag = xhr.getResponseHeader("ETag") || "";
    before = totals();
    focused = board().contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
  });

  document.body.addEventListener("htmx:afterSwap", () => {
    if (focused) board().querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    focused = "";
    tell();
  });

  button.addEventListener("click", toggle);
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, live.dataset.every * 1000);
  live.hidden = false;
})();

"use strict";
// Brings the part of the page that is marked as live up to date while somebody looks at it. What they type stands
// outside of it; what they have opened, where they are and what they have marked stays as it is.
(() => {
  const EVERY = 30000; // milliseconds
  const told = document.getElementById("refreshing");
  const live = () => document.getElementById("live");
  if (!told || !live()) return;
  const pause = told.querySelector("button");
  const says = told.querySelector("span");
  let paused = false;
  let asking = false;

  const tell = () => {
    says.textContent = paused ? "This page stays as it is." : "Brought up to date every 30 seconds.";
    pause.textContent = paused ? "Go on" : "Pause";
  };

  const nameOf = (one) => one.id || one.getAttribute("href") || (one.closest("details") || {}).id;

  const put = (fresh) => {
    const old = live();
    const now = fresh.getElementById("live");
    if (!now) return;
    for (const one of old.querySelectorAll("details[id]")) {
      const same = fresh.getElementById(one.id);
      if (same) same.open = one.open;
    }
    const seen = [...old.querySelectorAll("[id]")].find((one) => one.getBoundingClientRect().bottom > 0);
    const above = seen && seen.getBoundingClientRect().top;
    const focused = old.contains(document.activeElement) && document.activeElement;
    old.replaceWith(document.adoptNode(now));
    document.title = fresh.title;
    if (focused) {
      const name = nameOf(focused);
      const same = [...now.querySelectorAll(focused.tagName)].find((one) => name && nameOf(one) === name);
      if (same) same.focus({ preventScroll: true });
    }
    const same = window.scrollY > 0 && seen && document.getElementById(seen.id);
    if (same) window.scrollBy(0, same.getBoundingClientRect().top - above);
  };

  const look = () => {
    const marked = !window.getSelection().isCollapsed;
    if (paused || asking || document.hidden || marked) return;
    const request = new XMLHttpRequest();
    const ended = () => {
      asking = false;
      if (request.status === 200 && request.response) put(request.response);
      else says.textContent = "Not up to date: load the page again.";
      if (request.status === 200) tell();
    };
    asking = true;
    request.open("GET", window.location.href);
    request.responseType = "document";
    request.timeout = 25000;
    request.onloadend = ended;
    request.send();
  };

  pause.addEventListener("click", () => {
    paused = !paused;
    tell();
    look();
  });
  document.addEventListener("visibilitychange", look);
  window.setInterval(look, EVERY);
  tell();
  told.hidden = false;
})();

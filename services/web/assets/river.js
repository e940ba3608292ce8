// Keeps the live page current: the server sends the panel, once a second.
"use strict";

const river = document.getElementById("river");
const link = document.getElementById("link");

// Changed only when it differs: screen readers speak each change.
function say(text, state) {
  if (link.textContent !== text) {
    link.textContent = text;
  }
  link.dataset.state = state;
}

// The river drifts from one second's picture to the next: each has moved by one step of the drawing.
const still = matchMedia("(prefers-reduced-motion: reduce)");
function flow() {
  if (!still.matches) {
    const moved = [{ transform: "translateX(20px)" }, { transform: "none" }];
    river.querySelector(".flow g")?.animate(moved, { duration: 1000 });
  }
}

const events = new EventSource(river.dataset.events);

events.addEventListener("panel", (event) => {
  // The panel is the server's own template; whatever it shows was escaped there.
  river.innerHTML = event.data;
  flow();
  const silent = document.getElementById("panel")?.dataset.silent ?? "";
  if (silent === "") {
    say(link.dataset.live, "live");
  } else {
    say(`${link.dataset.silent} ${silent}`, "silent");
  }
});

// The browser connects again by itself.
events.addEventListener("error", () => say(link.dataset.lost, "lost"));

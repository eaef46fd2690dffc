// What the page can do beyond being read. Nothing here is needed to read it, and nothing here asks for anything.
(function () {
  "use strict";
  var root = document.documentElement;
  var byId = function (id) { return document.getElementById(id); };
  var all = function (what, where) { return Array.prototype.slice.call((where || document).querySelectorAll(what)); };
  var on = function (id, what, act) { var one = byId(id); if (one) one.addEventListener(what, act); };
  var changes = all(".c");
  root.classList.add("scripted");

  // Light and dark: the system's choice until the button is pressed.
  on("theme", "click", function () {
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // Folding.
  var unfold = function (open) { changes.forEach(function (one) { if (!one.hidden) one.open = open; }); };
  on("expand", "click", function () { unfold(true); });
  on("collapse", "click", function () { unfold(false); });
  var reveal = function () {
    var one = /^#c\d+$/.test(location.hash) && byId(location.hash.slice(1));
    if (!one) return;
    if (one.hidden) search("");
    one.open = true;
    one.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  var folded = [];
  addEventListener("beforeprint", function () {
    folded = all("details:not([open])");
    folded.forEach(function (one) { one.open = true; });
  });
  addEventListener("afterprint", function () { folded.forEach(function (one) { one.open = false; }); });

  // Filtering: all words have to be somewhere in a change.
  var filter = byId("filter"), texts = null;
  var search = function (wanted) {
    if (filter.value !== wanted) filter.value = wanted;
    var words = wanted.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    texts = texts || changes.map(function (one) { return one.textContent.toLowerCase(); });
    changes.forEach(function (one, at) {
      one.hidden = !words.every(function (word) { return texts[at].indexOf(word) >= 0; });
      if (!one.hidden) shown += 1;
    });
    all(".rs").forEach(function (group) { group.hidden = !group.querySelector(".c:not([hidden])"); });
    byId("none").hidden = shown > 0;
    byId("shown").textContent = words.length ? shown + " of " + changes.length : "";
  };
  if (filter) {
    filter.addEventListener("input", function () { search(filter.value); });
    filter.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { search(""); filter.blur(); }
    });
    addEventListener("keydown", function (event) {
      var busy = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName || "");
      if (event.key !== "/" || busy || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      filter.focus();
    });
  }

  // The graph: a view that moves over it. Its own size is in its viewBox.
  var pan = byId("pan"), picture = pan && pan.querySelector("svg");
  if (picture) {
    var size = picture.getAttribute("viewBox").split(" ").map(Number).slice(2);
    var view = { x: 0, y: 0, scale: 1 }, box = { width: 1, height: 1 };
    var show = function () {
      picture.setAttribute("viewBox", [view.x, view.y, box.width / view.scale, box.height / view.scale].join(" "));
    };
    var measure = function () {
      var high = innerWidth < 736 ? 352 : 544;
      box.width = pan.clientWidth || 1;
      box.height = Math.max(140, Math.min(high, size[1] * Math.min(1, Math.max(0.75, box.width / size[0]))));
      picture.setAttribute("width", box.width);
      picture.setAttribute("height", box.height);
    };
    var centre = function (scale) {
      view.scale = scale;
      view.x = (size[0] - box.width / scale) / 2;
      view.y = (size[1] - box.height / scale) / 2;
      show();
    };
    var whole = function () { return Math.min(1, box.width / size[0], box.height / size[1]); };
    var zoom = function (by, x, y) {
      var scale = Math.min(4, Math.max(Math.min(whole(), 0.1), view.scale * by));
      var at = { x: x === undefined ? box.width / 2 : x, y: y === undefined ? box.height / 2 : y };
      view.x += at.x / view.scale - at.x / scale;
      view.y += at.y / view.scale - at.y / scale;
      view.scale = scale;
      show();
    };
    var move = function (x, y) { view.x += x / view.scale; view.y += y / view.scale; show(); };
    // All of it, as long as it can be read; else its upper left corner.
    var start = function () {
      measure();
      if (whole() >= 0.75) return centre(whole());
      view = { x: 0, y: 0, scale: Math.min(1, Math.max(0.75, box.width / size[0])) };
      if (size[0] * view.scale < box.width) view.x = (size[0] - box.width / view.scale) / 2;
      show();
    };
    var acts = { "in": function () { zoom(1.3); }, out: function () { zoom(1 / 1.3); }, fit: function () { centre(whole()); } };
    all("[data-z]").forEach(function (button) { button.addEventListener("click", acts[button.dataset.z]); });
    var keys = {
      "+": acts["in"], "=": acts["in"], "-": acts.out, "0": acts.fit,
      ArrowLeft: function () { move(-60, 0); }, ArrowRight: function () { move(60, 0); },
      ArrowUp: function () { move(0, -60); }, ArrowDown: function () { move(0, 60); }
    };
    pan.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    // The wheel belongs to the page until the graph is clicked: who scrolls by would be caught in it.
    pan.addEventListener("wheel", function (event) {
      if (!event.ctrlKey && !event.metaKey && !pan.contains(document.activeElement)) return;
      event.preventDefault();
      var edge = picture.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 400), event.clientX - edge.left, event.clientY - edge.top);
    }, { passive: false });
    var from = null, dragged = false;
    pan.addEventListener("pointerdown", function (event) {
      if (event.button === 0) { from = { x: event.clientX, y: event.clientY }; dragged = false; }
    });
    addEventListener("pointermove", function (event) {
      if (!from) return;
      var x = from.x - event.clientX, y = from.y - event.clientY;
      if (!dragged && Math.abs(x) + Math.abs(y) < 5) return;
      dragged = true;
      move(x, y);
      from = { x: event.clientX, y: event.clientY };
    });
    ["pointerup", "pointercancel"].forEach(function (end) { addEventListener(end, function () { from = null; }); });
    pan.addEventListener("click", function (event) { if (dragged) { event.preventDefault(); dragged = false; } }, true);
    pan.addEventListener("dragstart", function (event) { event.preventDefault(); });

    // Under the pointer or in focus, a card stands out with all it is joined to.
    var near = function (event) {
      var card = event.target.closest && (event.target.closest(".gc") || event.target.querySelector && event.target.closest("a") && event.target.querySelector(".gc"));
      all(".on", picture).forEach(function (one) { one.classList.remove("on"); });
      picture.classList.toggle("near", !!card);
      if (!card) return;
      card.classList.add("on");
      all(".ge", picture).forEach(function (edge) {
        var ends = edge.dataset.e.split(" ");
        if (ends.indexOf(card.dataset.n) < 0) return;
        edge.classList.add("on");
        ends.forEach(function (end) { picture.querySelector("[data-n='" + end + "']").classList.add("on"); });
      });
    };
    // A card that gets the focus comes into view.
    pan.addEventListener("focusin", function (event) {
      var card = event.target.querySelector(".gc"), at = card && /(\d+) (\d+)/.exec(card.getAttribute("transform"));
      if (!at || from) return;
      pan.scrollTop = pan.scrollLeft = 0;
      var x = (at[1] - view.x) * view.scale, y = (at[2] - view.y) * view.scale;
      if (x >= 0 && y >= 0 && x + 120 * view.scale < box.width && y + 46 * view.scale < box.height) return;
      view.x = at[1] - box.width / view.scale / 2;
      view.y = at[2] - box.height / view.scale / 2;
      show();
    });
    ["pointerover", "focusin"].forEach(function (what) { pan.addEventListener(what, near); });
    ["pointerleave", "focusout"].forEach(function (what) { pan.addEventListener(what, function () { picture.classList.remove("near"); }); });
    addEventListener("beforeprint", function () {
      view = { x: 0, y: 0, scale: 1 };
      box = { width: size[0], height: size[1] };
      picture.setAttribute("width", size[0]);
      picture.setAttribute("height", size[1]);
      show();
    });
    addEventListener("afterprint", start);
    addEventListener("resize", start);
    start();
  }
  reveal();
})();

(function () {
  "use strict";
  var config = JSON.parse(document.getElementById("figure-config").textContent);
  var plots = [];
  document.querySelectorAll(".figure-spec").forEach(function (script) {
    var plot = document.getElementById(script.dataset.for);
    var spec = JSON.parse(script.textContent);
    Plotly.newPlot(plot, spec.data, spec.layout, config);
    plots.push(plot);
  });

  // Paper has no clicks: figures get the width of the sheet, their tables are opened.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("details.figure-data:not([open])"));
    opened.forEach(function (details) { details.open = true; });
    plots.forEach(function (plot) { Plotly.relayout(plot, { autosize: false, width: 720 }); });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
    plots.forEach(function (plot) { Plotly.relayout(plot, { autosize: true, width: null }); });
  });
})();

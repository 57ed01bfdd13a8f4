// Draws the charts from the tables that stand beneath them: what a column is, its head says. Without script the tables are all.
"use strict";
(() => {
  if (!window.echarts) return;
  const ROW = 26, LOW = 290, AROUND = 64, SHORT = 14, LONG = 20, PAPER = 660;
  const all = (what, within) => Array.from(within.querySelectorAll(what));

  // ---- a table as names and series
  const read = (table) => {
    const heads = all("thead th", table), rows = all("tbody tr", table);
    const of = (row, place) => row.children[place];
    const series = heads.map((head, place) => ({
      name: head.textContent, draw: head.dataset.draw, colour: head.dataset.colour, share: "share" in head.dataset,
      values: rows.map((row) => { const value = of(row, place).dataset.value; return value ? Number(value) : null; }),
      said: rows.map((row) => of(row, place).textContent),
    }));
    return {
      names: rows.map((row) => row.querySelector("th").textContent), across: "across" in table.dataset,
      mark: Number(table.dataset.mark) || null, // a share that is ruled, in percent
      series: series.filter((one) => one.draw && one.draw !== "name"),
    };
  };

  // ---- series as the library wants them
  const short = (name, most) => { const letters = Array.from(name); return letters.length > most ? letters.slice(0, most - 1).join("") + "…" : name; };
  const optionOf = (told, part) => {
    const style = getComputedStyle(part), colour = (name) => style.getPropertyValue("--chart-" + name).trim();
    const text = colour("text"), quiet = colour("quiet"), rule = colour("rule"), plain = { color: text, fontFamily: style.fontFamily, fontSize: 12 };
    const several = told.series.length > 1, counts = told.series.filter((one) => !one.share), shares = told.series.filter((one) => one.share);
    const percent = { max: 100, min: 0, axisLabel: { color: quiet, formatter: "{value}%" } };
    const amount = { minInterval: 1, axisLabel: { color: quiet } };
    const valueAxis = (kind, second) => ({
      type: "value", ...kind, position: told.across ? "bottom" : second ? "right" : "left", splitLine: { show: !second, lineStyle: { color: rule } },
    });
    const values = [...(counts.length ? [valueAxis(amount, false)] : []), ...(shares.length ? [valueAxis(percent, counts.length > 0)] : [])];
    const slanted = !told.across && told.names.some((name) => name.length > 8);
    const names = {
      type: "category", data: told.names, inverse: told.across, axisTick: { show: false }, axisLine: { lineStyle: { color: quiet } },
      axisLabel: { color: text, formatter: (name) => short(name, told.across ? LONG : SHORT), interval: told.across || slanted ? 0 : "auto", hideOverlap: !told.across, rotate: slanted ? 38 : 0 },
    };
    return {
      animation: false, textStyle: plain, backgroundColor: "transparent",
      grid: { left: 8, right: told.across ? 56 : 8, top: several ? 40 : 16, bottom: 4 },
      legend: { show: several, top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: plain, icon: "roundRect" },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("card"), borderColor: quiet, textStyle: plain,
        axisPointer: { type: told.across || counts.length ? "shadow" : "line" },
      },
      xAxis: told.across ? values : names, yAxis: told.across ? names : values,
      series: told.series.map((one) => ({
        name: one.name, type: one.draw === "line" ? "line" : "bar", data: one.values, stack: one.draw === "stack" ? "all" : undefined,
        [told.across ? "xAxisIndex" : "yAxisIndex"]: one.share && counts.length ? 1 : 0,
        itemStyle: { color: colour(one.colour), borderColor: colour("card"), borderWidth: one.draw === "stack" ? 1 : 0 },
        lineStyle: { width: 2, color: colour(one.colour) }, symbol: "circle", symbolSize: 6, barMaxWidth: told.across ? 16 : 38, z: one.draw === "line" ? 3 : 2,
        tooltip: { valueFormatter: (value, place) => one.said[place] },
        label: { show: told.across && one.draw === "bar", position: "right", color: text, formatter: (at) => one.said[at.dataIndex] },
        emphasis: { disabled: true },
        markLine: told.mark && one.share ? {
          silent: true, symbol: "none", data: [{ yAxis: told.mark }], lineStyle: { color: quiet, type: "dashed" }, label: { show: false },
        } : undefined,
      })),
    };
  };

  // ---- drawn, and drawn again where the width, the colours or the paper change
  const charts = all("table[data-chart]", document).map((table) => {
    const part = table.closest(".chart"), place = part.querySelector(".plot"), told = read(table);
    place.style.height = (told.across ? Math.max(told.names.length * ROW + AROUND, 120) : LOW) + "px";
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const draw = () => chart.setOption(optionOf(told, part), true);
    draw();
    new ResizeObserver(() => { if (!part.classList.contains("paper")) chart.resize(); }).observe(place);
    return {
      draw,
      print: (paper) => { part.classList.toggle("paper", paper); chart.resize({ width: paper ? PAPER : "auto" }); draw(); },
    };
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((one) => one.draw()));
  window.addEventListener("beforeprint", () => charts.forEach((one) => one.print(true)));
  window.addEventListener("afterprint", () => charts.forEach((one) => one.print(false)));
})();

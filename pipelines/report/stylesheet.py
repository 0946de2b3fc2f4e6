"""The look of the report: one column of reading, figures in a grid, light, dark and print."""

STYLESHEET = """
:root {
  color-scheme: light dark;
  --paper: #faf9f5; --panel: #ffffff; --ink: #1c2127; --faint: #59636e; --line: #dcd8cf; --grid: #ebe8e1;
  --keep: #2a5d8f; --drop: #b4432c; --review: #b07410; --quarantine: #666c75; --tint: #e4ecf4;
  --good: #2c6e49; --soft: #f2f0ea;
  --serif: "Iowan Old Style", Charter, "Palatino Linotype", Palatino, Georgia, "Noto Serif", serif;
  --sans: system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161b; --panel: #191e25; --ink: #e8e6e1; --faint: #a0a9b3; --line: #343c46; --grid: #262d36;
    --keep: #79aee3; --drop: #ec8a72; --review: #e3b458; --quarantine: #a3a9b2; --tint: #1f2f40;
    --good: #7cc79d; --soft: #20262e;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans);
  font-variant-numeric: tabular-nums; }
header, main, footer, nav { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 48px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.patterns { position: absolute; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 12px; top: 12px; background: var(--panel); padding: 8px 14px; }
a { color: var(--keep); text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--review); outline-offset: 2px; border-radius: 2px; }
.kicker { margin: 0; font-size: 13px; letter-spacing: .14em; text-transform: uppercase; color: var(--faint); }
h1 { font: 600 clamp(32px, 6vw, 52px)/1.1 var(--serif); margin: 6px 0 12px; letter-spacing: -.01em; }
h2 { font: 600 27px/1.2 var(--serif); margin: 0 0 14px; letter-spacing: -.005em; }
.when { margin: 0; color: var(--faint); font-size: 14.5px; overflow-wrap: anywhere; }
.status { font-weight: 650; padding: 2px 10px; border-radius: 99px; border: 1.5px solid currentColor;
  margin-right: 8px; }
.status.good { color: var(--good); } .status.bad { color: var(--drop); }
.lead { font: 400 clamp(18px, 2.4vw, 22px)/1.5 var(--serif); max-width: 46em; margin: 22px 0 26px;
  text-wrap: pretty; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 1px; margin: 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.tiles div { background: var(--panel); padding: 14px 16px 12px; }
dt { font-size: 13px; color: var(--faint); } dd { margin: 2px 0 0; }
dd strong { display: block; font-size: 27px; line-height: 1.15; font-weight: 600; white-space: nowrap;
  letter-spacing: -.01em; }
.signs strong { font-size: 20px; line-height: 31px; }
dd small { color: var(--faint); font-size: 12.5px; }
nav { position: sticky; top: 0; z-index: 2; margin-top: 28px; background: var(--paper);
  max-width: none; border-bottom: 1px solid var(--line); }
nav ul { list-style: none; display: flex; gap: 4px 20px; overflow-x: auto; margin: 0 auto; padding: 11px 0;
  max-width: 1072px;
  font-size: 14px; white-space: nowrap; scrollbar-width: thin; }
nav a { text-decoration: none; color: var(--faint); } nav a:hover { color: var(--ink);
  text-decoration: underline; }
section { padding: 44px 0 6px; scroll-margin-top: 36px; }
section + section { border-top: 1px solid var(--line); margin-top: 34px; }
section > p { max-width: 46em; margin: 0 0 18px; text-wrap: pretty; }
.alarms { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
.alarm { background: var(--panel); border: 1px solid var(--line); border-left: 6px solid var(--quarantine);
  border-radius: 8px; padding: 11px 18px; overflow-wrap: anywhere; font-size: 15px; line-height: 1.45;
  display: grid; grid-template-columns: 84px minmax(0, 1fr) minmax(0, 300px); gap: 2px 18px;
    align-items: baseline; }
.alarm p { margin: 0; }
.alarm.critical { border-left: 10px double var(--drop); } .alarm.warning { border-left-color: var(--review); }
.alarm.note { border-left: 6px dotted var(--quarantine); padding-block: 7px; }
.tag { font-size: 12.5px; letter-spacing: .03em; font-weight: 650; color: var(--faint); white-space: nowrap; }
.critical .tag { color: var(--drop); } .warning .tag { color: var(--review); }
.remedy { color: var(--faint); font-size: 14px; } .remedy::before { content: "→ "; }
td .faint { color: var(--faint); }
.topics thead th { white-space: normal; vertical-align: bottom; } .topics tbody th { min-width: 4.5em; }
.topics td:nth-child(2) { min-width: 13em; } .topics td:nth-child(3) { white-space: nowrap; }
code { font: .92em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.calm { color: var(--good); font-weight: 600; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 430px), 1fr)); gap: 22px;
  align-items: start; }
.stack { display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); }
.grid > *, .pile > * { min-width: 0; }
.pile { columns: 2 430px; column-gap: 22px; }
.pile > * { break-inside: avoid; margin-bottom: 22px; }
figure, .scroll { margin: 0; background: var(--panel); border: 1px solid var(--line); border-radius: 10px;
  padding: 16px 18px; }
.pile + details, .grid + .scroll, .scroll + details, .grid + details, .scroll + .scroll { margin-top: 22px; }
figcaption, caption { font-weight: 650; font-size: 15px; text-align: left; margin: 0 0 10px;
  padding: 0 0 8px; }
caption { margin: 0; padding: 0 0 4px; } figcaption { padding: 0; overflow-wrap: anywhere; }
caption span { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 72px); }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font: 12.5px var(--sans); fill: var(--ink); font-variant-numeric: tabular-nums;
  unicode-bidi: isolate; }
svg .small { font-size: 11.5px; } svg .tick { font-size: 11px; fill: var(--faint); }
svg .faint { fill: var(--faint); }
svg .strong { font-weight: 650; }
svg .halo { paint-order: stroke; stroke: var(--panel); stroke-width: 4px; }
.o-keep { fill: var(--keep); }
.o-drop { fill: url(#p-drop); stroke: var(--drop); } .o-review { fill: url(#p-review);
  stroke: var(--review); }
.o-quarantine { fill: url(#p-quarantine); stroke: var(--quarantine); }
.ground-drop, .ground-review, .ground-quarantine { fill: var(--panel); }
#p-drop .hatch { stroke: var(--drop); stroke-width: 3; } #p-review .hatch { stroke: var(--review);
  stroke-width: 3; }
#p-quarantine .dot { fill: var(--quarantine); }
.neutral { fill: var(--keep); fill-opacity: .72; } .outline { fill: none; stroke: var(--faint); }
.allowed { fill: var(--keep); fill-opacity: .22; } .bracket { stroke: var(--keep); stroke-width: 1.6; }
.track, .grid-line, line.grid { stroke: var(--grid); stroke-width: 1; } .axis { stroke: var(--faint); }
.span { stroke: var(--faint); stroke-width: 1.2; stroke-opacity: .6; }
.threshold { stroke: var(--ink); stroke-width: 1.3; stroke-dasharray: 4 3; }
.m-traffic { stroke: var(--ink); stroke-width: 2.4; fill: none; }
.m-pool { fill: none; stroke: var(--faint); stroke-width: 1.5; }
.m-train { fill: var(--keep); stroke: var(--panel); stroke-width: 1; }
.m-eval { fill: var(--review); stroke: var(--panel); stroke-width: 1; }
.m-missed { stroke: var(--drop); stroke-width: 3; fill: none; }
.cell { fill: var(--keep); } .mark { fill: none; stroke: var(--ink); stroke-width: 1.6; }
svg .in-faint { font-size: 11px; } svg .in-strong { font-size: 11px; fill: var(--panel); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--grid);
  vertical-align: baseline; }
thead th { color: var(--faint); font-weight: 550; font-size: 13px; border-bottom: 1.5px solid var(--line);
  white-space: nowrap; }
tbody th { font-weight: 550; overflow-wrap: anywhere; min-width: 7em; }
tbody tr:last-child > * { border-bottom: 0; }
.n { text-align: right; white-space: nowrap; padding-left: 10px; } tr > :last-child { padding-right: 0; }
.prose td { min-width: 12em; } .prose td:nth-child(2) { min-width: 6em; font-weight: 600;
  white-space: nowrap; }
.bar { display: inline-block; min-width: 4.8em; padding: 0 5px;
  border-radius: 2px;
  background: linear-gradient(to right, var(--tint) var(--w, 0%), transparent var(--w, 0%)); }
.slices tbody tr:first-child { background: var(--soft); font-weight: 600; }
.slices tbody th { padding-left: 6px; }
.bar.hot { font-weight: 700; color: var(--drop); }
details { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 0 18px; }
summary { cursor: pointer; padding: 11px 0; font-weight: 600; font-size: 15px; }
details .scroll { border: 0; padding: 0 0 14px; border-radius: 0; }
pre { overflow-x: auto; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  margin: 0 0 16px;
  padding: 14px; background: var(--soft); border-radius: 6px; white-space: pre-wrap;
    overflow-wrap: anywhere; }
footer { padding-top: 40px; padding-bottom: 60px; color: var(--faint); font-size: 14px; }
footer p { max-width: 52em; overflow-wrap: anywhere; }
@media (max-width: 560px) {
  header, main, footer { padding-left: 14px; padding-right: 14px; } nav { padding: 0 14px; }
  header { padding-top: 28px; } figure, .scroll { padding: 13px 12px; } section { padding-top: 32px; }
  .alarm { grid-template-columns: 1fr; padding: 11px 14px; }
  svg text { font-size: 14px; } svg .small, svg .tick { font-size: 13px; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { --paper: #fff; --panel: #fff; --ink: #000; --faint: #444; --line: #bbb; --grid: #ddd;
    --keep: #2a5d8f; --drop: #b4432c;
    --review: #8a5a08; --quarantine: #555; --tint: #dfe7ef; --good: #1d5a38; --soft: #f4f4f4;
    color-scheme: light; }
  body { font-size: 10.5pt; } nav, .skip { display: none; } section { padding-top: 18px; margin-top: 14px; }
  figure, .alarm, tr, .tiles { break-inside: avoid; } h2 { break-after: avoid; }
  .scroll { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; height: auto; } summary { list-style: none; }
}
"""

/**
 * Colours: red, orange, yellow and blue belong to alerts alone; equipment faults are magenta with a mark; a drill is violet
 * with a hatch; what is well is grey. The stop keeps the lower right corner, as on the page of the box; the room below the
 * page lets everything be scrolled out from behind it.
 */
export const pageStyle = `
:root { --ground:#e4e6e8; --text:#1b1d1f; --muted:#5a5f64; --card:#f6f7f8; --line:#b9bec3; --fault:#b0006d; --drill:#5b2a86; }
* { box-sizing:border-box; margin:0; }
[hidden] { display:none !important; }
body { background:var(--ground); color:var(--text); font:16px/1.45 system-ui,"Noto Sans SC","Microsoft YaHei","WenQuanYi Zen Hei",sans-serif; padding:10px 16px 136px; }
small { font-size:.75em; color:var(--muted); font-weight:400; }
h1 { font-size:22px; } h2 { font-size:17px; margin:4px 0 6px; } h3 { font-size:16px; }
ol,ul { list-style:none; padding:0; }
nav { margin:8px 0 4px; }
.panels { display:flex; flex-wrap:wrap; gap:12px; align-items:stretch; }
.panel { position:relative; background:var(--card); border:2px solid var(--line); border-radius:6px; padding:36px 10px 10px; display:flex; gap:8px; align-items:flex-start; }
.panel.stop-panel { position:fixed; right:16px; bottom:16px; z-index:1; }
.panel h2 { position:absolute; top:6px; left:10px; margin:0; font-weight:700; white-space:nowrap; }
.panel.actual { border-color:#c4122f; }
.panel.drill-panel { border-color:var(--drill); background:repeating-linear-gradient(45deg,#f6f7f8 0 14px,#e6dcf0 14px 20px); }
button { font-family:inherit; font-size:20px; font-weight:700; line-height:1.1; min-height:64px; min-width:96px; padding:6px 12px; white-space:nowrap; border:2px solid #1b1d1f; border-radius:6px; background:#fff; color:var(--text); cursor:pointer; }
button small { display:block; font-size:12px; margin-top:3px; color:inherit; opacity:.85; }
button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible { outline:4px solid #0b5cad; outline-offset:2px; }
button.red { background:#c4122f; color:#fff; } button.drill { background:var(--drill); color:#fff; }
button.stop { background:#1b1d1f; color:#fff; min-width:140px; min-height:64px; font-size:26px; }
.fields { display:flex; flex-direction:column; gap:6px; align-items:flex-start; }
.fields details[open] { min-width:280px; }
.fields label { display:block; font-size:14px; } .fields input:not([type=checkbox]), .fields select { width:100%; min-height:36px; font:inherit; }
details p { font-size:14px; max-width:34em; margin:0; }
summary { cursor:pointer; min-height:28px; }
#answer { min-height:24px; font-weight:600; overflow-wrap:anywhere; }
#stale { background:var(--fault); color:#fff; padding:8px 12px; font-size:20px; font-weight:700; } #stale small { color:#fff; }
.status { display:flex; gap:24px; align-items:baseline; flex-wrap:wrap; border-bottom:2px solid var(--line); padding-bottom:4px; margin-bottom:8px; }
.clock { font-size:24px; font-weight:700; font-variant-numeric:tabular-nums; }
.columns { display:grid; grid-template-columns:minmax(0,3fr) minmax(0,2fr); gap:16px; }
article { background:var(--card); border:1px solid var(--line); border-left:8px solid #7a8087; border-radius:4px; padding:6px 10px; margin-bottom:10px; overflow-wrap:anywhere; }
article.order.actual { border-left-color:#c4122f; }
article.order.drill, article.order.test { border-left-color:var(--drill); }
.headline { font-weight:700; }
time { font-variant-numeric:tabular-nums; color:var(--muted); font-weight:400; }
.clock { color:var(--text); font-weight:700; }
.badge { display:inline-block; border:2px solid #1b1d1f; border-radius:4px; padding:0 6px; font-size:14px; font-weight:700; }
.badge small { color:inherit; }
.badge.red { background:#c4122f; color:#fff; } .badge.orange { background:#f28c00; color:#000; } .badge.yellow { background:#ffd60a; color:#000; } .badge.blue { background:#0b5cad; color:#fff; }
.badge.drill, .badge.test { color:#fff; border-color:var(--drill); background:repeating-linear-gradient(45deg,#5b2a86 0 8px,#6d3f96 8px 12px); }
.badge.wrong { background:#fff; border-style:dashed; }
.tally { display:flex; gap:8px; flex-wrap:wrap; align-items:baseline; font-size:18px; margin:4px 0; }
.tally i, .receipt i { font-style:normal; color:var(--muted); font-size:13px; }
.count b { font-size:22px; }
.count.failed.some, .count.unknown.some, .trouble { color:var(--fault); font-weight:700; } .count.failed.some small, .count.unknown.some small, .trouble small { color:inherit; }
.receipt { display:grid; grid-template-columns:88px minmax(130px,auto) 1fr auto; gap:8px; border-top:1px solid #d9dcdf; padding:2px 0; }
.others .receipt { display:flex; flex-wrap:wrap; gap:0 8px; } .others .receipt i { margin-left:auto; }
.receipt.failed b, .receipt.unknown b, .receipt.refused b, .receipt.degraded b, .receipt.unproven-silence b { color:var(--fault); }
.box h3 { display:flex; gap:12px; align-items:baseline; } .box.off .link { color:var(--fault); } .box.off { background:repeating-linear-gradient(45deg,#f6f7f8 0 10px,#e9ebed 10px 14px); }
.terminals { display:grid; grid-template-columns:repeat(auto-fill,minmax(170px,1fr)); gap:6px; margin-top:6px; }
.terminal { border:2px solid var(--line); border-radius:4px; padding:3px 6px; background:#fff; font-size:14px; display:flex; flex-direction:column; }
.terminal.sounding-yes { border-color:#1b1d1f; border-width:3px; font-weight:700; }
.terminal.suspect, .terminal.lost, .terminal.sounding-unknown { border-color:var(--fault); border-style:dashed; }
.terminal.suspect b, .terminal.lost b { color:var(--fault); }
.remarks li { border-top:1px solid #d9dcdf; padding:2px 0; overflow-wrap:anywhere; } .remarks b { color:var(--fault); } .remarks code { font-size:12px; color:var(--muted); }
footer { border-top:2px solid var(--line); margin-top:12px; padding-top:6px; font-size:14px; }
.old { opacity:.6; }
.empty { color:var(--muted); }
@media (max-width:900px) { .columns { grid-template-columns:1fr; } }
@media (max-width:600px) {
  .panel { flex-wrap:wrap; max-width:100%; } .panel.stop-panel { padding:6px; } .stop-panel h2 { display:none; }
  .receipt { display:flex; flex-wrap:wrap; gap:0 8px; } .receipt i { margin-left:auto; }
}
`;

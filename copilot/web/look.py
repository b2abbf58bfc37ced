"""How the console looks, and the little JavaScript it needs: copying, and shortcuts that respect Chinese input."""

from __future__ import annotations

ROLE_CLASSES = {
    "status": "line-status", "text": "line-text", "suggestion": "line-suggestion", "ok": "line-ok",
    "warning": "line-warning", "danger": "line-danger", "quote": "line-quote", "cite": "line-cite",
    "rewrite": "line-rewrite", "step": "line-step", "muted": "line-muted",
}  # fmt: skip

HEAD = """
<style>
  :root { --ink:#1f2933; --soft:#616e7c; --line:#d9e2ec; --brand:#1f7a5c; --brand-soft:#e6f4ee; --paper:#ffffff; --ground:#f3f6f8; }
  body.body--dark { --ink:#e4e9ee; --soft:#a3b0bd; --line:#38444f; --brand:#4cc39a; --brand-soft:#1d3a31; --paper:#1e262d; --ground:#151b20; }
  body { background:var(--ground); color:var(--ink);
         font-family:-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif; }
  .nicegui-content { padding:0; gap:0; height:100dvh; }
  .bar { width:100%; background:var(--paper); border-bottom:1px solid var(--line); padding:8px 16px; gap:8px; flex-wrap:wrap; }
  .bar .name { font-weight:700; font-size:17px; color:var(--brand); margin-right:8px; }
  .columns { display:grid; grid-template-columns:minmax(0,1fr) minmax(0,1fr); width:100%; flex:1; min-height:0; }
  .pane { display:flex; flex-direction:column; min-height:0; }
  .pane + .pane { border-left:1px solid var(--line); }
  .scroll { flex:1; overflow-y:auto; padding:16px; display:flex; flex-direction:column; gap:10px; min-height:0; }
  .bubble { max-width:85%; padding:8px 12px; border-radius:12px; white-space:pre-wrap; overflow-wrap:anywhere; line-height:1.55; font-size:15px; }
  .bubble.customer { align-self:flex-start; background:var(--paper); border:1px solid var(--line); border-top-left-radius:3px; }
  .bubble.agent { align-self:flex-end; background:var(--brand-soft); border-top-right-radius:3px; }
  .bubble.draft { background:transparent; border:1px dashed var(--soft); color:var(--soft); }
  .bubble.draft::before { content:"还没发出 · "; font-size:12px; }
  .notice { white-space:pre-line; }
  .q-btn { white-space:nowrap; } .q-btn.q-btn--dense { padding:3px 10px; }
  .waiting { margin:0 16px; padding:6px 12px; min-height:33px; border-radius:8px; background:var(--brand-soft); font-size:14px; font-variant-numeric:tabular-nums; }
  .waiting.near { background:#fff4d6; color:#7a5200; } .waiting.over { background:#fde8e8; color:#9b1c1c; font-weight:600; }
  body.body--dark .waiting.near { background:#4a3a10; color:#ffdf8e; } body.body--dark .waiting.over { background:#4d1d1d; color:#ffb4b4; }
  .empty { color:var(--soft); text-align:center; margin:auto; line-height:2; }
  .composer { border-top:1px solid var(--line); background:var(--paper); padding:10px 16px; gap:8px; display:flex; flex-direction:column; }
  .composer .q-field { width:100%; }
  .composer textarea { font-size:15px; line-height:1.5; max-height:30vh; }
  .card { background:var(--paper); border:1px solid var(--line); border-radius:12px; padding:12px 14px; display:flex; flex-direction:column; gap:7px; }
  .card-title { font-weight:700; font-size:15px; overflow-wrap:anywhere; }
  .card-head { display:flex; justify-content:space-between; align-items:flex-start; gap:8px; }
  .card .line { white-space:pre-wrap; overflow-wrap:anywhere; line-height:1.6; font-size:14.5px; }
  .line-suggestion, .line-rewrite { background:var(--brand-soft); border-radius:8px; padding:8px 10px; flex:1; }
  .line-ok { color:#1b7f4b; } body.body--dark .line-ok { color:#5fd39a; }
  .line-warning { background:#fff4d6; color:#7a5200; border-radius:8px; padding:8px 10px; }
  .line-danger { background:#fde8e8; color:#9b1c1c; border-radius:8px; padding:8px 10px; font-weight:600; }
  body.body--dark .line-warning { background:#4a3a10; color:#ffdf8e; } body.body--dark .line-danger { background:#4d1d1d; color:#ffb4b4; }
  .line-quote { border-left:3px solid var(--line); padding-left:10px; color:var(--soft); }
  .card .line-cite { color:var(--soft); font-size:12.5px; }
  .card .line-step { color:var(--brand); font-size:13px; }
  .card .line-muted { color:var(--soft); font-size:13px; }
  .offer { display:flex; gap:8px; align-items:stretch; width:100%; }
  .offer .q-btn { align-self:flex-start; }
  .buttons { display:flex; flex-wrap:wrap; gap:8px; }
  @media (max-width: 760px) {
    .columns { grid-template-columns:1fr; grid-template-rows:minmax(0,38fr) minmax(0,62fr); }
    .pane + .pane { border-left:0; }
    .pane.talk { order:2; } .pane.help { order:1; border-bottom:1px solid var(--line); }
    .columns { grid-template-rows:minmax(0,55fr) minmax(0,45fr); }
    .scroll { padding:10px; } .composer { padding:8px 10px; } .hint { display:none; }
    .bar { padding:6px 10px; gap:6px; flex-wrap:nowrap; overflow-x:auto; scrollbar-width:none; }
    .bar > * { flex-shrink:0; } .bar .name { display:none; } .bar .q-btn { padding:4px 8px; }
  }
</style>
<script>
  async function copilotCopy(text) {
    try { await navigator.clipboard.writeText(text); }
    catch (_) {
      const area = document.createElement('textarea'); area.value = text; document.body.appendChild(area);
      area.select(); document.execCommand('copy'); area.remove();
    }
  }
  // The clock counts by itself: the server gives how long the customer has waited, and nothing more travels.
  function copilotTime(s) {
    if (s < 60) return `${Math.floor(s)} 秒`;
    const m = Math.floor(s / 60);
    return m < 60 ? `${m} 分 ${Math.floor(s % 60)} 秒` : `${Math.floor(m / 60)} 小时 ${m % 60} 分`;
  }
  function copilotTick() {
    for (const e of document.querySelectorAll('.waiting[data-waited]')) {
      e.dataset.from = e.dataset.from || performance.now();
      const waited = Number(e.dataset.waited) + (performance.now() - Number(e.dataset.from)) / 1000;
      const left = Number(e.dataset.limit) - waited;
      e.classList.toggle('near', left > 0 && waited >= Number(e.dataset.nudge));
      e.classList.toggle('over', left <= 0);
      e.textContent = left > 0 ? `⏳ 客户已等 ${copilotTime(waited)}，还剩 ${copilotTime(left)}（${e.dataset.said}）`
        : `⏰ 客户已等 ${copilotTime(waited)}，已超过时限（${e.dataset.said}），请先回一句`;
    }
  }
  setInterval(copilotTick, 250);
  document.addEventListener('keydown', (event) => {
    if (!event.altKey || event.isComposing) return;
    const target = document.querySelector(`[data-hotkey="${event.code.replace('Digit', '')}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });
</script>
"""
# Enter sends, Shift+Enter makes a new line; Enter that ends a pinyin composition does neither. A second Enter right after
# the first is told from a second message here: by the time it reaches a busy server, more than a moment may have passed.
SEND_ON_ENTER = """(event) => {
  if (event.isComposing || event.keyCode === 229 || event.shiftKey) return;
  event.preventDefault();
  const box = event.target, last = box.copilotSent;
  box.copilotSent = { text: box.value, at: event.timeStamp };
  if (last && last.text === box.value && event.timeStamp - last.at < 1000) return;
  emit(box.value);
}"""

namespace PeerNet.PowerShell.Fleet;

/// <summary>What is the same on each <see cref="FleetPage"/>.</summary>
internal static class FleetPageParts
{
    /// <summary>The columns.</summary>
    public static readonly string[] Headers =
    [
        "Machine", "State", "Problems", "Up", "Clouds", "Names", "Graphs", "Cache", "Hits", "From peers", "From hosted", "From sources", "Served",
        "Clock",
    ];

    /// <summary>The looks, on a screen by day and by night, and on paper.</summary>
    public const string Style = """
        <style>
          :root { color-scheme: light dark; --ink: #1b1f24; --quiet: #59636e; --line: #d1d9e0; --panel: #f6f8fa; --page: #fff;
            --good: #116329; --bad: #b3261e; --late: #8a5300; --curve: #0a58ca; }
          @media (prefers-color-scheme: dark) {
            :root { --ink: #e6edf3; --quiet: #9198a1; --line: #3d444d; --panel: #161b22; --page: #0d1117;
              --good: #3fb950; --bad: #ff7b72; --late: #e3b341; --curve: #6cb6ff; }
          }
          body { margin: 0 auto; padding: 16px 20px; font: 14px/1.4 system-ui, "Segoe UI", sans-serif;
            color: var(--ink); background: var(--page); }
          h1 { font-size: 22px; margin: 4px 0 0; overflow-wrap: anywhere; }
          .quiet { color: var(--quiet); }
          p.quiet { margin: 2px 0 14px; }
          .good { color: var(--good); white-space: nowrap; }
          .bad { color: var(--bad); }
          .late { color: var(--late); }
          dl { display: flex; flex-wrap: wrap; gap: 10px; margin: 0 0 16px; }
          dl div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 8px 16px; min-width: 120px; }
          dt { color: var(--quiet); font-size: 12px; }
          dd { margin: 0; font-size: 20px; font-variant-numeric: tabular-nums; }
          .wide { overflow-x: auto; }
          table { border-collapse: collapse; width: 100%; }
          th, td { text-align: left; vertical-align: top; padding: 6px 8px; border-bottom: 1px solid var(--line); }
          th { vertical-align: bottom; background: var(--panel); }
          td { overflow-wrap: anywhere; min-width: 3em; }
          td.plain { white-space: nowrap; }
          td:first-child { min-width: 13em; max-width: 20em; }
          td.words { min-width: 8em; max-width: 20em; }
          td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
          th button { all: unset; cursor: pointer; white-space: nowrap; font-weight: 600; font-size: 12px; }
          th button:focus-visible { outline: 2px solid var(--curve); outline-offset: 2px; }
          th[aria-sort="ascending"] button::after { content: " ▲"; }
          th[aria-sort="descending"] button::after { content: " ▼"; }
          tbody tr:hover { background: var(--panel); }
          svg.curve { display: block; width: 80px; height: 20px; margin-top: 2px; }
          svg.curve polyline { fill: none; stroke: var(--curve); stroke-width: 1.5; stroke-linejoin: round; }
          @page { size: landscape; margin: 10mm; }
          @media print {
            :root { --ink: #000; --quiet: #444; --line: #999; --panel: #fff; --page: #fff; --good: #000; --bad: #000; --late: #000; --curve: #000; }
            body { max-width: none; padding: 0; font-size: 8.5px; }
            .wide { overflow: visible; }
            th, td { padding: 2px 3px; }
            td, td:first-child, td.words { min-width: 0; }
            th button { font-size: 8.5px; }
            .bad { font-weight: 700; }
            svg.curve { width: 48px; height: 10px; }
            thead { display: table-header-group; }
            tr { break-inside: avoid; }
          }
        </style>
        """;

    /// <summary>Sorts the table by the column that is clicked: by what a cell says that it is worth, or else by its text.</summary>
    public const string Script = """
        'use strict';
        for (const head of document.querySelectorAll('th')) {
          head.firstElementChild.addEventListener('click', () => {
            const body = head.closest('table').tBodies[0];
            const falls = head.getAttribute('aria-sort') === 'ascending';
            const cell = row => row.cells[head.cellIndex];
            const compare = (a, b) => 'v' in cell(a).dataset
              ? cell(a).dataset.v - cell(b).dataset.v
              : cell(a).textContent.localeCompare(cell(b).textContent, undefined, { numeric: true });
            const rows = [...body.rows].sort((a, b) => falls ? compare(b, a) : compare(a, b));
            for (const other of head.parentElement.children) { other.removeAttribute('aria-sort'); }
            head.setAttribute('aria-sort', falls ? 'descending' : 'ascending');
            body.append(...rows);
          });
        }
        """;
}

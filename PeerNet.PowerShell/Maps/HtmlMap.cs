using System.Net;
using System.Text;

namespace PeerNet.PowerShell.Maps;

/// <summary>Draws a map as a page that needs nothing else: the picture, and a table of the nodes. It runs no script.</summary>
internal static class HtmlMap
{
    private const string Head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        """;

    private const string Style = """
        <style>
          :root { color-scheme: light dark; }
          body { margin: 0 auto; max-width: 1100px; padding: 16px; font: 15px system-ui, "Segoe UI", sans-serif; }
          svg { width: 100%; height: auto; border-radius: 8px; }
          table { border-collapse: collapse; width: 100%; margin-top: 16px; }
          th, td { text-align: left; padding: 6px 10px; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
        </style>
        """;

    public static string Draw(GraphMap map)
    {
        var page = new StringBuilder();
        page.Append(Head).Append('\n');
        page.Append("<title>").Append(Encode(map.Title)).Append("</title>\n").Append(Style).Append("\n</head>\n<body>\n");
        page.Append(SvgMap.Draw(map));
        page.Append("<table>\n<thead><tr><th>Node</th><th>Kind</th><th>Contact</th><th>Details</th></tr></thead>\n<tbody>\n");
        foreach (GraphMapNode node in map.Nodes)
        {
            page.Append("<tr><td>").Append(Encode(node.Label)).Append("</td><td>").Append(Describe(node.Kind))
                .Append("</td><td>").Append(node.IsContact ? "yes" : "").Append("</td><td>").Append(Encode(node.Detail))
                .Append("</td></tr>\n");
        }

        return page.Append("</tbody>\n</table>\n</body>\n</html>\n").ToString();
    }

    private static string Describe(GraphMapNodeKind kind) => kind switch
    {
        GraphMapNodeKind.Local => "this node",
        GraphMapNodeKind.Neighbor => "neighbour",
        GraphMapNodeKind.Absent => "not here",
        _ => "known",
    };

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

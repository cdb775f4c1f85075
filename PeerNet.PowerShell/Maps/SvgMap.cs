using System.Globalization;
using System.Net;
using System.Text;

namespace PeerNet.PowerShell.Maps;

/// <summary>Draws a map as SVG: this node in the middle, neighbours on an inner ring, the rest on outer ones.</summary>
internal static class SvgMap
{
    private const int Width = 960;
    private const int HeaderHeight = 64;
    private const int Margin = 90;
    private const int InnerRadius = 170;
    private const int RingDistance = 110;
    private const int SpaceOnRing = 74;

    private const string Style = """
        <style>
          .map { font: 13px system-ui, "Segoe UI", sans-serif; }
          .title { font-size: 17px; font-weight: 600; }
          .map text { fill: #1f2933; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
          .link { fill: none; stroke: #7b8794; } .direct { stroke-dasharray: 6 4; }
          .local { fill: #2563eb; } .neighbor { fill: #0f9f6e; } .known { fill: #9aa5b1; }
          .absent { fill: none; stroke: #9aa5b1; stroke-width: 2; stroke-dasharray: 3 3; }
          .contact { stroke: #d97706; stroke-width: 3; }
          .ground { fill: #ffffff; }
          @media (prefers-color-scheme: dark) {
            .map text { fill: #e4e7eb; stroke: #17202a; } .ground { fill: #17202a; } .link { stroke: #9aa5b1; } }
        </style>
        """;

    public static string Draw(GraphMap map)
    {
        Dictionary<GraphMapNode, (double X, double Y)> places = Place(map.Nodes, out int size);
        int height = size + HeaderHeight;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"map\" viewBox=\"0 0 {Math.Max(Width, size)} {height}\" role=\"img\" aria-label=\"{Encode(map.Title)}\">\n");
        svg.Append(Style).Append('\n');
        svg.Append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"24\" y=\"30\">{Encode(map.Title)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"24\" y=\"50\">{Encode(Legend(map))}</text>\n");
        foreach (GraphMapLink link in map.Links)
        {
            DrawLink(svg, link, places[link.From], places[link.To]);
        }

        foreach (GraphMapNode node in map.Nodes)
        {
            DrawNode(svg, node, places[node]);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Legend(GraphMap map) =>
        "blue: this node · green: neighbour, with its utility on the line · grey: known · orange ring: contact · dashed: direct connection"
        + (map.Nodes.Any(node => node.Kind == GraphMapNodeKind.Absent) ? " · dashed ring: member that is not here" : "")
        + (map.Omitted > 0 ? string.Create(CultureInfo.InvariantCulture, $" · {map.Omitted} more nodes not drawn") : "");

    private static Dictionary<GraphMapNode, (double X, double Y)> Place(IReadOnlyList<GraphMapNode> nodes, out int size)
    {
        GraphMapNode[][] rings = [.. CreateRings(nodes)];
        double outer = rings.Length <= 1 ? InnerRadius : InnerRadius + (RingDistance * Math.Max(0, rings.Length - 2));
        size = (int)(2 * (outer + Margin));
        double middleX = Math.Max(Width, size) / 2.0;
        double middleY = HeaderHeight + (size / 2.0);
        Dictionary<GraphMapNode, (double X, double Y)> places = [];
        for (int ring = 0; ring < rings.Length; ring++)
        {
            double radius = ring == 0 ? 0 : InnerRadius + (RingDistance * (ring - 1));
            for (int i = 0; i < rings[ring].Length; i++)
            {
                double angle = (2 * Math.PI * i / rings[ring].Length) - (Math.PI / 2) + (ring % 2 * 0.2);
                places.Add(rings[ring][i], (middleX + (radius * Math.Cos(angle)), middleY + (radius * Math.Sin(angle))));
            }
        }

        return places;
    }

    private static IEnumerable<GraphMapNode[]> CreateRings(IReadOnlyList<GraphMapNode> nodes)
    {
        yield return [.. nodes.Where(node => node.Kind == GraphMapNodeKind.Local)];
        GraphMapNode[] neighbors = [.. nodes.Where(node => node.Kind == GraphMapNodeKind.Neighbor)];
        if (neighbors.Length > 0)
        {
            yield return neighbors;
        }

        GraphMapNode[] left = [.. nodes.Where(node => node.Kind is GraphMapNodeKind.Known or GraphMapNodeKind.Absent)];
        double radius = neighbors.Length > 0 ? InnerRadius + RingDistance : InnerRadius;
        while (left.Length > 0)
        {
            int room = (int)(2 * Math.PI * radius / SpaceOnRing);
            yield return left[..Math.Min(room, left.Length)];
            left = left[Math.Min(room, left.Length)..];
            radius += RingDistance;
        }
    }

    private static void DrawLink(StringBuilder svg, GraphMapLink link, (double X, double Y) from, (double X, double Y) to)
    {
        string kind = link.IsDirect ? "link direct" : "link";
        double width = link.Utility is { } utility ? 1.5 + (3 * Math.Clamp(utility, 0, 4096) / 4096.0) : 1.5;
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" stroke-width=\"{width:0.##}\" d=\"M{from.X:0.#} {from.Y:0.#}");

        // Two nodes may be neighbors as well: a bow is not behind their line.
        if (link.IsDirect)
        {
            double bowX = ((from.X + to.X) / 2) + ((to.Y - from.Y) / 4);
            double bowY = ((from.Y + to.Y) / 2) - ((to.X - from.X) / 4);
            svg.Append(CultureInfo.InvariantCulture, $"Q{bowX:0.#} {bowY:0.#} {to.X:0.#} {to.Y:0.#}\"/>\n");
        }
        else
        {
            svg.Append(CultureInfo.InvariantCulture, $"L{to.X:0.#} {to.Y:0.#}\"/>\n");
        }

        if (link.Utility is { } shown)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text text-anchor=\"middle\" x=\"{(from.X + to.X) / 2:0.#}\" y=\"{((from.Y + to.Y) / 2) - 5:0.#}\">{shown}</text>\n");
        }
    }

    private static void DrawNode(StringBuilder svg, GraphMapNode node, (double X, double Y) place)
    {
        string kind = node.Kind switch
        {
            GraphMapNodeKind.Local => "local",
            GraphMapNodeKind.Neighbor => "neighbor",
            GraphMapNodeKind.Absent => "absent",
            _ => "known",
        };
        string contact = node.IsContact ? " contact" : "";
        int radius = node.Kind == GraphMapNodeKind.Local ? 20 : 14;
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Encode(node.Detail)}</title><circle class=\"{kind}{contact}\" cx=\"{place.X:0.#}\" cy=\"{place.Y:0.#}\" r=\"{radius}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text text-anchor=\"middle\" x=\"{place.X:0.#}\" y=\"{place.Y + radius + 15:0.#}\">{Encode(node.Label)}</text></g>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

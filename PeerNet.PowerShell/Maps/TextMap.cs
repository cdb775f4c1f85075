using System.Globalization;
using System.Text;

namespace PeerNet.PowerShell.Maps;

/// <summary>Writes a map for tools that draw: Graphviz and Mermaid.</summary>
internal static class TextMap
{
    public static string WriteDot(GraphMap map)
    {
        var text = new StringBuilder("graph peers {\n");
        text.Append(CultureInfo.InvariantCulture, $"  label={Quote(map.Title)};\n  node [shape=ellipse, style=filled, fontname=\"sans-serif\"];\n");
        foreach (GraphMapNode node in map.Nodes)
        {
            string color = node.Kind switch
            {
                GraphMapNodeKind.Local => "#93b4f5",
                GraphMapNodeKind.Neighbor => "#86cfb4",
                GraphMapNodeKind.Absent => "#ffffff",
                _ => "#d5dae0",
            };
            string shape = node.IsContact ? ", peripheries=2" : "";
            text.Append(CultureInfo.InvariantCulture, $"  {node.Name} [label={Quote(node.Label)}, tooltip={Quote(node.Detail)}, fillcolor=\"{color}\"{shape}];\n");
        }

        foreach (GraphMapLink link in map.Links)
        {
            string look = link.IsDirect ? " [style=dashed]"
                : link.Utility is { } utility ? string.Create(CultureInfo.InvariantCulture, $" [label=\"{utility}\"]")
                : "";
            text.Append(CultureInfo.InvariantCulture, $"  {link.From.Name} -- {link.To.Name}{look};\n");
        }

        return text.Append("}\n").ToString();
    }

    public static string WriteMermaid(GraphMap map)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"---\ntitle: {Quote(map.Title)}\n---\ngraph TD\n");
        foreach (GraphMapNode node in map.Nodes)
        {
            (string open, string close) = node.IsContact ? ("((", "))") : ("(", ")");
            text.Append(CultureInfo.InvariantCulture, $"  {node.Name}{open}\"{EncodeMermaid(node.Label)}\"{close}:::{node.Kind}\n");
        }

        foreach (GraphMapLink link in map.Links)
        {
            string line = link.IsDirect ? "-.-"
                : link.Utility is { } utility ? string.Create(CultureInfo.InvariantCulture, $"---|{utility}|")
                : "---";
            text.Append(CultureInfo.InvariantCulture, $"  {link.From.Name} {line} {link.To.Name}\n");
        }

        text.Append("  classDef Local fill:#93b4f5,color:#111\n  classDef Neighbor fill:#86cfb4,color:#111\n");
        text.Append("  classDef Absent fill:#fff,color:#111,stroke-dasharray:3\n");
        return text.Append("  classDef Known fill:#d5dae0,color:#111\n").ToString();
    }

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    // Mermaid knows entities, written with # and ;, and nothing else is safe from its own syntax.
    private static string EncodeMermaid(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '.' or '-' or '_' or ':' or '…')
            {
                safe.Append(rune.ToString());
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
            }
        }

        return safe.ToString();
    }
}

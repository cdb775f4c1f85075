using System.Text;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>An answer as it was on the wire.</summary>
/// <param name="Status">The status; 0 for none.</param>
/// <param name="Headers">The headers, in order.</param>
/// <param name="Body">The body as it was sent: chunked ones are not put together.</param>
/// <param name="IsWhole">Whether the body has the length that was said.</param>
internal sealed record RawAnswer(int Status, (string Name, string Value)[] Headers, byte[] Body, bool IsWhole)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? this[string name] =>
        Headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

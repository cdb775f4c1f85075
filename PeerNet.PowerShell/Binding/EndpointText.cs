namespace PeerNet.PowerShell.Binding;

/// <summary>How an endpoint is named in text: by its person and its id, or by the id alone.</summary>
internal static class EndpointText
{
    /// <summary>Whether a text names an endpoint rather than a person.</summary>
    public static bool IsEndpoint(string text) => Guid.TryParse(text.AsSpan(text.LastIndexOf('/') + 1), out _);
}

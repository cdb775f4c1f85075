using System.Xml;

namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>What is wrong with XML, and where.</summary>
/// <param name="Line">The line, from 1 on.</param>
/// <param name="Column">The column, from 1 on.</param>
/// <param name="Reason">What is wrong, as the end of a sentence.</param>
internal sealed record XmlFlaw(int Line, int Column, string Reason)
{
    /// <summary>Whether it is that there is too much of something.</summary>
    public bool IsTooMany { get; init; }

    /// <summary>XML that is not well-formed, or has a document type.</summary>
    public static XmlFlaw From(XmlException exception)
    {
        // The message ends with the position, which this has already.
        int end = exception.Message.LastIndexOf(" Line ", StringComparison.Ordinal);
        (int line, int column) = (Math.Max(1, exception.LineNumber), Math.Max(1, exception.LinePosition));
        return new(line, column, end > 0 ? exception.Message[..end] : exception.Message);
    }

    /// <summary>A flaw where a reader stands.</summary>
    public static XmlFlaw At(XmlReader reader, string reason)
    {
        (int line, int column) = GetPosition(reader);
        return new(line, column, reason);
    }

    /// <summary>Where a reader stands.</summary>
    public static (int Line, int Column) GetPosition(XmlReader reader)
    {
        var info = (IXmlLineInfo)reader;
        return (info.LineNumber, info.LinePosition);
    }
}

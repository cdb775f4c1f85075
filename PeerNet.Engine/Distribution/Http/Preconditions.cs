using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Conditional requests and ranges (RFC 9110 13 and 14): pure functions of header fields and validators.</summary>
internal static class Preconditions
{
    /// <summary>The status that the conditions of a GET or HEAD lead to: 200 where they hold, 304 or 412.</summary>
    public static int Evaluate(IHeaderDictionary headers, EntityTagHeaderValue entityTag, DateTimeOffset modified)
    {
        if (headers.IfMatch.Count > 0)
        {
            if (!Matches(headers.IfMatch, entityTag, strongly: true))
            {
                return StatusCodes.Status412PreconditionFailed;
            }
        }
        else if (TryParseDate(headers.IfUnmodifiedSince, out DateTimeOffset unmodifiedSince) && modified > unmodifiedSince)
        {
            return StatusCodes.Status412PreconditionFailed;
        }

        if (headers.IfNoneMatch.Count > 0)
        {
            return Matches(headers.IfNoneMatch, entityTag, strongly: false)
                ? StatusCodes.Status304NotModified
                : StatusCodes.Status200OK;
        }

        return TryParseDate(headers.IfModifiedSince, out DateTimeOffset modifiedSince) && modified <= modifiedSince
            ? StatusCodes.Status304NotModified
            : StatusCodes.Status200OK;
    }

    /// <summary>The ranges to send (RFC 9110 14.2).</summary>
    /// <param name="headers">The request's.</param>
    /// <param name="entityTag">The content's.</param>
    /// <param name="modified">When it was modified; null where that is no strong validator.</param>
    /// <param name="length">Its bytes.</param>
    /// <returns>The ranges; none where none of them is within the content; null for everything, be it that nothing else was
    /// asked for or that If-Range does not hold.</returns>
    public static IReadOnlyList<ByteRange>? FindRanges(
        IHeaderDictionary headers, EntityTagHeaderValue entityTag, DateTimeOffset? modified, long length) =>
        headers.Range.Count == 1 && HoldsIfRange(headers.IfRange, entityTag, modified)
            ? RangeHeader.Read(headers.Range[0], length)
            : null;

    private static bool Matches(StringValues header, EntityTagHeaderValue own, bool strongly) =>
        EntityTagHeaderValue.TryParseList(header, out IList<EntityTagHeaderValue>? tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, useStrongComparison: strongly));

    // Only strong validators tell that a range fits to what the client has (RFC 9110 13.1.5).
    private static bool HoldsIfRange(StringValues header, EntityTagHeaderValue entityTag, DateTimeOffset? modified) =>
        header.Count == 0
        || (EntityTagHeaderValue.TryParse(header.ToString(), out EntityTagHeaderValue? tag)
            ? tag.Compare(entityTag, useStrongComparison: true)
            : TryParseDate(header, out DateTimeOffset date) && date == modified);

    private static bool TryParseDate(string? header, out DateTimeOffset date)
    {
        date = default;
        return !string.IsNullOrEmpty(header) && HeaderUtilities.TryParseDate(header, out date);
    }
}

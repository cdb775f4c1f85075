using Microsoft.AspNetCore.Http;
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

    /// <summary>The range to send. One range is understood; several, which few clients ask for, are answered with
    /// everything, as are ranges that are malformed or whose If-Range does not hold (RFC 9110 14.2).</summary>
    /// <returns>200 for everything, 206 for the range, 416 where it is not within the content.</returns>
    public static int FindRange(
        IHeaderDictionary headers,
        EntityTagHeaderValue entityTag,
        DateTimeOffset modified,
        long length,
        out long offset,
        out long count)
    {
        offset = 0;
        count = length;
        if (!RangeHeaderValue.TryParse(headers.Range.ToString(), out RangeHeaderValue? range)
            || range.Unit != "bytes"
            || range.Ranges.Count != 1
            || !HoldsIfRange(headers.IfRange.ToString(), entityTag, modified))
        {
            return StatusCodes.Status200OK;
        }

        RangeItemHeaderValue item = range.Ranges.Single();
        long first = item.From ?? Math.Max(0, length - item.To!.Value);
        long last = item.From is null ? length - 1 : Math.Min(item.To ?? length - 1, length - 1);
        if (first > last || item is { From: null, To: 0 })
        {
            return StatusCodes.Status416RangeNotSatisfiable;
        }

        offset = first;
        count = last - first + 1;
        return StatusCodes.Status206PartialContent;
    }

    private static bool Matches(Microsoft.Extensions.Primitives.StringValues header, EntityTagHeaderValue own, bool strongly) =>
        EntityTagHeaderValue.TryParseList(header, out IList<EntityTagHeaderValue>? tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, useStrongComparison: strongly));

    // A date is a strong validator only where it cannot be of two contents; ours can, so only the exact tag counts.
    private static bool HoldsIfRange(string header, EntityTagHeaderValue entityTag, DateTimeOffset modified) =>
        header.Length == 0
        || (EntityTagHeaderValue.TryParse(header, out EntityTagHeaderValue? tag)
            ? tag.Compare(entityTag, useStrongComparison: true)
            : TryParseDate(header, out DateTimeOffset date) && date == modified);

    private static bool TryParseDate(string? header, out DateTimeOffset date)
    {
        date = default;
        return !string.IsNullOrEmpty(header) && HeaderUtilities.TryParseDate(header, out date);
    }
}

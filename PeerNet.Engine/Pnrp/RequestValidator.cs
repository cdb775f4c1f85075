using System.Globalization;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>Checks requests as a whole, so that everything wrong with them is said at once.</summary>
internal static class RequestValidator
{
    private const int MaximumResults = 500;

    private static readonly TimeSpan MaximumResolveTime = TimeSpan.FromSeconds(600);

    /// <exception cref="PeerException">At least one part of the request is wrong.</exception>
    public static void Validate(PeerRegistrationRequest request) => Throw(Errors(request), request.Name);

    /// <inheritdoc cref="Validate(PeerRegistrationRequest)"/>
    public static void Validate(PeerResolveRequest request) => Throw(Errors(request), request.Name);

    private static void Throw(IEnumerable<string> errors, PeerName name)
    {
        string[] all = [.. errors];
        if (all.Length > 0)
        {
            throw PeerErrors.InvalidArgument.Exception(string.Join(" ", all), name.Value);
        }
    }

    private static IEnumerable<string> Errors(PeerRegistrationRequest request) =>
        EndpointErrors(request).Concat(PayloadErrors(request));

    private static IEnumerable<string> EndpointErrors(PeerRegistrationRequest request)
    {
        if (request.Endpoints.Count > PeerRegistrationRequest.MaximumEndpoints)
        {
            yield return Invariant(
                $"{request.Endpoints.Count} endpoints were given; at most {PeerRegistrationRequest.MaximumEndpoints} are allowed.");
        }

        foreach (PeerAppEndpoint endpoint in request.Endpoints)
        {
            if (endpoint.Port is < 1 or > IPEndPoint.MaxPort || AddressScopes.Of(endpoint.Address) == AddressScope.None)
            {
                yield return $"'{endpoint.Address}' port {endpoint.Port} is not an endpoint of one host.";
            }

            if (!Enum.IsDefined(endpoint.Protocol))
            {
                yield return $"'{endpoint.Protocol}' is not a protocol; use Tcp or Udp.";
            }
        }

        if (request.Port is < 0 or > IPEndPoint.MaxPort)
        {
            yield return Invariant($"The port {request.Port} must be 1 to {IPEndPoint.MaxPort}.");
        }

        if (!Enum.IsDefined(request.Protocol))
        {
            yield return $"'{request.Protocol}' is not a protocol; use Tcp or Udp.";
        }

        if (request is { Endpoints.Count: 0, Port: 0, Data: null, Text: null })
        {
            yield return "Give endpoints or a port, or data or text: a name must say something.";
        }
    }

    private static IEnumerable<string> PayloadErrors(PeerRegistrationRequest request)
    {
        if (request.Comment.Length > PeerRegistrationRequest.MaximumComment)
        {
            yield return Invariant(
                $"The comment has {request.Comment.Length} characters; at most {PeerRegistrationRequest.MaximumComment} are allowed.");
        }

        if (request.Comment.Contains('\0', StringComparison.Ordinal)
            || request.Text?.Contains('\0', StringComparison.Ordinal) == true)
        {
            yield return "Comment and text may not contain NUL.";
        }

        if (request.Data is not null && request.Text is not null)
        {
            yield return "Give either data or text, not both.";
        }

        if (request.Data?.Length is 0 or > PeerRegistrationRequest.MaximumData)
        {
            yield return Invariant(
                $"The data has {request.Data.Value.Length} bytes; it must have 1 to {PeerRegistrationRequest.MaximumData}.");
        }

        if (request.Text is { } text && !PeerRegistrationRequest.IsFittingText(text))
        {
            yield return Invariant(
                $"The text must have 1 to {PeerRegistrationRequest.MaximumData - 1} bytes when encoded.");
        }

        if (request.Lifetime <= TimeSpan.Zero || request.Lifetime > PeerRegistrationRequest.MaximumLifetime)
        {
            yield return Invariant(
                $"The lifetime must be longer than zero and at most {PeerRegistrationRequest.MaximumLifetime.TotalDays} days.");
        }

        if (request.DelegationChain?.Length > DelegationChain.MaximumLength)
        {
            yield return Invariant(
                $"The delegation chain has more than {DelegationChain.MaximumLength} bytes.");
        }
    }

    private static IEnumerable<string> Errors(PeerResolveRequest request)
    {
        if (request.MaxResults is < 1 or > MaximumResults)
        {
            yield return Invariant($"{request.MaxResults} results were asked for; it must be 1 to {MaximumResults}.");
        }

        if (request.Timeout <= TimeSpan.Zero || request.Timeout > MaximumResolveTime)
        {
            yield return Invariant($"The timeout must be longer than zero and at most {MaximumResolveTime.TotalSeconds} s.");
        }

        if (!Enum.IsDefined(request.Criteria))
        {
            yield return $"'{request.Criteria}' is not a resolve criterion.";
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

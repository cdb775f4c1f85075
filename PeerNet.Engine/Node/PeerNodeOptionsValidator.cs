using System.Globalization;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Node;

/// <summary>Checks options as a whole, so that everything wrong with them is said at once.</summary>
internal static class PeerNodeOptionsValidator
{
    private const int MinimumPort = PeerNodeOptions.LowestPnrpPort;
    private const int MaximumName = 64;

    /// <exception cref="PeerException">At least one option is wrong.</exception>
    public static void Validate(PeerNodeOptions options)
    {
        string[] errors = [.. Errors(options)];
        if (errors.Length > 0)
        {
            throw PeerErrors.InvalidArgument.Exception(string.Join(" ", errors), options.Name);
        }
    }

    private static IEnumerable<string> Errors(PeerNodeOptions options)
    {
        if (!IsName(options.Name))
        {
            yield return $"The node name '{options.Name}' must have 1 to {MaximumName} letters, digits, dots, hyphens "
                + "or underscores, begin with a letter or digit, and be neither a device such as NUL nor end with a dot.";
        }

        if (!Enum.IsDefined(options.Suite))
        {
            yield return $"'{options.Suite}' is not a suite; use {PeerSuite.Modern} or {PeerSuite.Windows}.";
        }

        if (!Enum.IsDefined(options.LogLevel))
        {
            yield return $"'{options.LogLevel}' is not a level of logs; use {PeerLogLevel.Trace} to {PeerLogLevel.None}.";
        }

        if (options.PnrpPort is < MinimumPort or > IPEndPoint.MaxPort)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The PNRP port {options.PnrpPort} must be ")
                + $"{MinimumPort} to {IPEndPoint.MaxPort}: peers drop what comes from a lower port.";
        }

        if (options.GroupPort is < 1 or > IPEndPoint.MaxPort)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The group port {options.GroupPort} must be ")
                + $"1 to {IPEndPoint.MaxPort}.";
        }

        if (options.RetrievalPort is < 1 or > IPEndPoint.MaxPort)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The retrieval port {options.RetrievalPort} must be ")
                + $"1 to {IPEndPoint.MaxPort}.";
        }

        if (options.DiscoveryPort is < 1 or > IPEndPoint.MaxPort)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The discovery port {options.DiscoveryPort} must be ")
                + $"1 to {IPEndPoint.MaxPort}.";
        }

        foreach (IPAddress address in options.ListenAddresses)
        {
            if (AddressScopes.Of(address) == AddressScope.None)
            {
                yield return $"The listen address '{address}' is not the address of one host.";
            }
        }

        if (options.Interfaces.Any(string.IsNullOrWhiteSpace))
        {
            yield return "An interface has a name.";
        }

        foreach (string seed in options.Seeds)
        {
            if (!SeedAddress.TryParse(seed, out _))
            {
                yield return SeedAddress.Describe(seed);
            }
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaximumName
        && char.IsAsciiLetterOrDigit(name[0])
        && !FileNames.IsMisread(name)
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}

using System.Reflection;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class PeerErrorsTests
{
    private static readonly PeerError[] All = [.. typeof(PeerErrors)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (PeerError)field.GetValue(null)!)];

    [Fact]
    public void No_two_errors_share_a_symbol_or_a_value()
    {
        Assert.NotEmpty(All);
        Assert.Equal(All.Length, All.Select(error => error.Symbol).Distinct().Count());
        Assert.Equal(All.Length, All.Select(error => error.HResult).Distinct().Count());
    }

    [Fact]
    public void Every_value_is_a_failure_of_the_facility_its_symbol_says()
    {
        Assert.All(All, error => Assert.True(error.HResult < 0, error.Symbol));
        Assert.All(
            All.Where(error => error.Symbol.StartsWith("WSA_PNRP_", StringComparison.Ordinal)),
            error => Assert.InRange(error.HResult & 0xFFFF, 11501, 11509));
        Assert.All(
            All.Where(error => ((error.HResult >> 16) & 0x1FFF) == 0x63),
            error => Assert.StartsWith("PEER_E_", error.Symbol, StringComparison.Ordinal));
    }

    [Fact]
    public void An_exception_carries_the_value_and_the_input()
    {
        PeerException exception = PeerErrors.InvalidPeerName.Exception("Not a name.", "x");

        Assert.Equal(unchecked((int)0x80632050), exception.HResult);
        Assert.Equal("PEER_E_INVALID_PEER_NAME", exception.Error.Symbol);
        Assert.Equal("x", exception.Target);
    }
}

using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

/// <summary>What the folders say in which Linux describes interfaces.</summary>
public sealed class HostOnlyInterfacesTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    [Fact]
    public void A_bridge_whose_ports_lead_to_guests_is_for_this_machine_alone()
    {
        Interface("docker0", carrier: "1", "bridge", "lower_veth1");
        Interface("docker0/lower_veth1", carrier: "1");

        Assert.True(IsWiredInward("docker0"));
    }

    [Theory]
    [InlineData("device")]
    [InlineData("lower_eth0/device")]
    public void A_bridge_with_a_port_to_the_outside_is_not(string below)
    {
        Interface("br0", carrier: "1", "bridge", "lower_port/" + below);

        Assert.False(IsWiredInward("br0"));
    }

    [Fact]
    public void A_cable_that_leads_nowhere_reaches_nobody()
    {
        Interface("eth0", carrier: "0", "device");

        Assert.True(IsWiredInward("eth0"));
    }

    [Fact]
    public void The_end_of_a_pair_may_lead_anywhere()
    {
        Interface("eth0", carrier: "1");

        Assert.False(IsWiredInward("eth0"));
        Assert.False(IsWiredInward("unknown"));
    }

    public void Dispose() => _root.Dispose();

    private bool IsWiredInward(string name) => HostOnlyInterfaces.IsWiredInward(name, _root.Combine("."));

    private void Interface(string name, string carrier, params string[] folders)
    {
        Directory.CreateDirectory(_root.Combine(name));
        File.WriteAllText(_root.Combine(name + "/carrier"), carrier + "\n");
        foreach (string folder in folders)
        {
            Directory.CreateDirectory(_root.Combine(name + "/" + folder));
        }
    }
}

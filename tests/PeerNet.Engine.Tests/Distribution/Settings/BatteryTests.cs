using PeerNet.Engine.Distribution.Settings;

namespace PeerNet.Engine.Tests.Distribution.Settings;

public sealed class BatteryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(255, null)]
    public void Windows_says_whether_the_line_is_there(byte line, bool? isInUse)
    {
        Assert.Equal(isInUse, WindowsPower.Interpret(line));
    }

    [Theory]
    [InlineData("AC Power", false)]
    [InlineData("Battery Power", true)]
    [InlineData("UPS Power", true)]
    [InlineData("Steam", null)]
    public void The_Mac_names_what_provides(string source, bool? isInUse)
    {
        Assert.Equal(isInUse, MacPower.Interpret(source));
    }

    [Fact]
    public void A_discharging_battery_is_in_use()
    {
        Add("BAT0", ("type", "Battery"), ("status", "Discharging"));

        Assert.True(new Battery(_folder.Location).IsInUse);
    }

    [Fact]
    public void Mains_come_first()
    {
        Add("BAT0", ("type", "Battery"), ("status", "Discharging"));
        Add("AC", ("type", "Mains"), ("online", "1"));

        Assert.False(new Battery(_folder.Location).IsInUse);
    }

    [Fact]
    public void The_battery_of_a_mouse_does_not_count()
    {
        Add("hid", ("type", "Battery"), ("scope", "Device"), ("status", "Discharging"));

        Assert.Null(new Battery(_folder.Location).IsInUse);
    }

    [Fact]
    public void A_system_that_does_not_say_is_not_known()
    {
        Assert.Null(new Battery(_folder.Location).IsInUse);
        Assert.Null(new Battery(Path.Combine(_folder.Location, "none")).IsInUse);
    }

    private void Add(string supply, params (string Name, string Value)[] attributes)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Location, supply)).FullName;
        foreach ((string name, string value) in attributes)
        {
            File.WriteAllText(Path.Combine(folder, name), value + "\n");
        }
    }
}

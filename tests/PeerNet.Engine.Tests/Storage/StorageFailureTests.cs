using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Storage;

public sealed class StorageFailureTests
{
    /// <summary>The system's error number, and what it means.</summary>
    public static TheoryData<int, string> Numbers => new()
    {
        { 28, nameof(PeerErrors.DiskFull) },
        { 122, nameof(PeerErrors.DiskFull) },
        { unchecked((int)0x80070070), nameof(PeerErrors.DiskFull) },
        { unchecked((int)0x80070027), nameof(PeerErrors.DiskFull) },
        { 30, nameof(PeerErrors.AccessDenied) },
        { unchecked((int)0x80070013), nameof(PeerErrors.AccessDenied) },
        { 11, nameof(PeerErrors.SharingViolation) },
        { unchecked((int)0x80070020), nameof(PeerErrors.SharingViolation) },
        { 5, nameof(PeerErrors.WriteFault) },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void What_the_system_says_is_told(int number, string expected)
    {
        string path = Path.Combine(Path.GetTempPath(), "file");

        PeerException told = StorageFailure.Translate(new IOException("the system's text", number), path);

        Assert.Equal(typeof(PeerErrors).GetField(expected)!.GetValue(null), told.Error);
        Assert.Equal(path, told.Target);
    }

    [Fact]
    public void A_read_only_file_system_is_called_that()
    {
        PeerException told = StorageFailure.Translate(new IOException("the system's text", 30), "/folder/file");

        Assert.Contains("read-only", told.Message, StringComparison.Ordinal);
    }
}

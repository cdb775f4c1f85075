using System.Runtime.Versioning;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Collaboration.Applications;

/// <summary>Scripts that can be registered.</summary>
[UnsupportedOSPlatform("windows")]
internal static class TestProgram
{
    public static readonly Guid Id = new("11111111-2222-3333-4444-555555555555");

    private const UnixFileMode Mode0755 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public static PeerAppLaunchInfo Info => new()
    {
        Contact = "0123456789012345678901234567890123456789.ann",
        DisplayName = "Ann $(id)",
        Endpoint = new("22222222-2222-3333-4444-555555555555"),
        EndpointName = "laptop; reboot",
        Message = "Let us play \"chess\" `now`\n\u202e",
        Data = [0, 1, 0xFF, .. "secret of the invitation"u8],
        ApplicationId = Id,
        InvitationId = new("33333333-2222-3333-4444-555555555555"),
    };

    /// <summary>Makes a program that nobody else can change.</summary>
    public static string Write(string path, string script = "")
    {
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, Mode0755);
        return path;
    }

    public static string MakeFolder(string path, UnixFileMode more = UnixFileMode.None)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, Mode0755 | more);
        return path;
    }

    public static void Allow(string path, UnixFileMode more) => File.SetUnixFileMode(path, File.GetUnixFileMode(path) | more);

    public static StoredApplication Register(string path, params string[] arguments) => new()
    {
        Id = Id,
        Name = "Chess",
        Description = "A game for two",
        Path = path,
        Arguments = arguments,
        Data = [1, 2, 3],
        Scope = PeerCollaborationScope.Internet,
    };

    public static void AssertRefused(PeerError error, string reason, Action action)
    {
        PeerException refused = Assert.Throws<PeerException>(action);
        Assert.Equal(error, refused.Error);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }
}

using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>Keeps settings in a file. Damage to it is an error, not a reason to begin anew.</summary>
/// <typeparam name="T">The settings: an immutable record.</typeparam>
internal sealed class SettingsFile<T>
    where T : class
{
    private const int Version = 1;
    private const int MaximumLength = 4 * 1024 * 1024;

    private readonly string _path;

    private SettingsFile(string path, T current)
    {
        _path = path;
        Current = current;
    }

    /// <summary>The settings now.</summary>
    public T Current { get; private set; }

    /// <summary>Why the file could not be read, and so is not written; null where it could.</summary>
    public PeerException? Fault { get; private init; }

    /// <summary>Opens a file; where there is none, the defaults are the settings until some are saved.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What the settings are called in messages.</param>
    /// <param name="defaults">The settings where none were saved.</param>
    /// <param name="isSound">Whether settings that were read fit together.</param>
    /// <exception cref="PeerException">It is damaged, or of a later version.</exception>
    public static SettingsFile<T> Open(string path, string name, Func<T> defaults, Func<T, bool> isSound)
    {
        if (AtomicFile.Read(path, MaximumLength) is not { } content)
        {
            return new(path, defaults());
        }

        try
        {
            return StateJson.Decode<Document>(content) switch
            {
                { Version: > Version } => throw StateJson.Later(path, $"The {name} '{path}' were"),
                { Version: Version, Settings: { } settings } when isSound(settings) => new(path, settings),
                _ => throw Damaged(path, name, null),
            };
        }
        catch (Exception exception) when (StateJson.IsDamage(exception))
        {
            throw Damaged(path, name, exception);
        }
    }

    /// <summary>The same, for what a node can do without: a file that cannot be read stays as it is, the defaults are the
    /// settings, and <see cref="Fault"/> says why.</summary>
    public static SettingsFile<T> OpenOptional(string path, string name, Func<T> defaults, Func<T, bool> isSound)
    {
        try
        {
            return Open(path, name, defaults, isSound);
        }
        catch (PeerException fault)
        {
            return new(path, defaults()) { Fault = fault };
        }
    }

    /// <summary>Fails where settings cannot be saved, because there are others that could not be read.</summary>
    public void RequireWritable()
    {
        if (Fault is { } fault && File.Exists(_path))
        {
            throw fault.Error.Exception(fault.Message, fault.Target, fault);
        }
    }

    /// <summary>Saves settings.</summary>
    /// <exception cref="PeerException">They are too long to be read again, or the file cannot be written; nothing has
    /// changed.</exception>
    public void Save(T settings)
    {
        RequireWritable();
        byte[] content = StateJson.Encode(new Document { Version = Version, Settings = settings });
        if (content.Length > MaximumLength)
        {
            throw PeerErrors.NotEnoughQuota.Exception(
                $"'{_path}' would have {content.Length} bytes; at most {MaximumLength} can be kept. Withdraw some of it first.", _path);
        }

        AtomicFile.Write(_path, content, isPrivate: true);
        Current = settings;
    }

    private static PeerException Damaged(string path, string name, Exception? cause) => PeerErrors.InvalidData.Exception(
        $"The {name} '{path}' are damaged. Nothing was changed; restore the file, or delete it to begin with the defaults.",
        path,
        cause);

    private sealed class Document
    {
        public int Version { get; set; }

        public T? Settings { get; set; }
    }
}

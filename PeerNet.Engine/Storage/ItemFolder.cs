using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>
/// Things that are kept in a file each, so that changing one of ten thousand writes one. A file that cannot be read is left as
/// it is, and the others are used. Not for several threads.
/// </summary>
internal sealed class ItemFolder<T>
    where T : class
{
    private const string Extension = ".json";

    private readonly string _path;
    private readonly IItemFormat<T> _format;
    private readonly int _maximum;
    private readonly Action<string, byte[]> _write;
    private readonly Dictionary<string, T> _items = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PeerException> _faults = new(StringComparer.Ordinal);

    /// <summary>Reads what is in a folder.</summary>
    /// <param name="path">The folder, which exists.</param>
    /// <param name="format">What the things are.</param>
    /// <param name="maximum">How many may be added.</param>
    /// <param name="judge">Says why a file does not count, whatever is in it; null for all count.</param>
    /// <param name="write">Writes a file as a whole; null for one that is the user's alone.</param>
    /// <exception cref="PeerException">The folder cannot be read.</exception>
    public ItemFolder(
        string path,
        IItemFormat<T> format,
        int maximum,
        Func<string, PeerException?>? judge = null,
        Action<string, byte[]>? write = null)
    {
        _path = path;
        _format = format;
        _maximum = maximum;
        _write = write ?? ((file, content) => AtomicFile.Write(file, content, isPrivate: true));
        try
        {
            foreach (string file in Directory.EnumerateFiles(path, "*" + Extension))
            {
                Load(Path.GetFileNameWithoutExtension(file), judge);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    /// <summary>All that could be read, in no order.</summary>
    public IReadOnlyCollection<T> Items => _items.Values;

    /// <summary>What is wrong with the files that could not be read, one sentence or two for each.</summary>
    public IReadOnlyList<string> Faults => [.. _faults.Values.Select(fault => fault.Message)];

    /// <summary>Whether the file of a name could not be read.</summary>
    public bool IsFaulty(string name) => _faults.ContainsKey(name);

    /// <summary>The thing of a name; null where there is none.</summary>
    /// <exception cref="PeerException">Its file is damaged.</exception>
    public T? Find(string name)
    {
        ThrowIfFaulty(name);
        return _items.GetValueOrDefault(name);
    }

    /// <summary>Keeps a thing, in the place of what was kept under its name before.</summary>
    /// <exception cref="PeerException">Its parts do not fit together, its file is damaged and would be overwritten, there are
    /// too many, or it cannot be written.</exception>
    public void Save(T item)
    {
        string name = _format.NameOf(item);
        ThrowIfFaulty(name);
        if (_format.FindFault(item) is { } fault)
        {
            throw PeerErrors.InvalidArgument.Exception($"{_format.Describe(item)} cannot be kept: {fault}.", item);
        }

        if (_items.Count >= _maximum && !_items.ContainsKey(name))
        {
            throw PeerErrors.NotEnoughQuota.Exception(
                $"{_format.Describe(item)} cannot be kept: there are {_items.Count}, and there may be {_maximum}. Remove others first.",
                item);
        }

        _write(Locate(name), _format.Encode(item));
        _items[name] = item;
    }

    /// <summary>Forgets the thing of a name for good, also where its file is damaged.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="PeerException">The file cannot be deleted.</exception>
    public bool Delete(string name)
    {
        if (!_items.ContainsKey(name) && !_faults.ContainsKey(name))
        {
            return false;
        }

        AtomicFile.Delete(Locate(name));
        _items.Remove(name);
        _faults.Remove(name);
        return true;
    }

    private string Locate(string name) => Path.Combine(_path, name + Extension);

    private void Load(string name, Func<string, PeerException?>? judge)
    {
        string path = Locate(name);
        try
        {
            if (judge?.Invoke(path) is { } refusal)
            {
                throw refusal;
            }

            byte[] content = AtomicFile.Read(path, _format.MaximumLength) ?? throw _format.Damaged(path, "it is a link to nothing");
            T item = Decode(content, path);

            // A copy under another name would be a second truth about one thing.
            _items[name] = _format.NameOf(item) == name ? item : throw _format.Damaged(path, "it is named as another's");
        }
        catch (PeerException exception)
        {
            _faults[name] = exception.Error == PeerErrors.InvalidData
                ? _format.Damaged(path, "it is too long", exception)
                : exception;
        }
    }

    private T Decode(byte[] content, string path)
    {
        try
        {
            T item = _format.Decode(content, path) ?? throw _format.Damaged(path, "what it says makes no sense");
            return _format.FindFault(item) is { } fault ? throw _format.Damaged(path, fault) : item;
        }
        catch (Exception exception) when (StateJson.IsDamage(exception))
        {
            throw _format.Damaged(path, "it cannot be parsed", exception);
        }
    }

    // Each failure is an exception of its own, with a stack trace of its own.
    private void ThrowIfFaulty(string name)
    {
        if (_faults.TryGetValue(name, out PeerException? fault))
        {
            throw fault.Error.Exception(fault.Message, fault.Target, fault.InnerException);
        }
    }
}

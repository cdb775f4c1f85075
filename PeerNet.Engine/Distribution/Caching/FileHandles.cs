using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Open files of a volume: the last few that were used stay open.</summary>
internal sealed class FileHandles : IDisposable
{
    private const int Capacity = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Opened> _files = new(StringComparer.Ordinal);
    private long _turn;

    /// <summary>Opens a file, private to the user.</summary>
    /// <exception cref="IOException">It is not there, or cannot be opened.</exception>
    public Lease Open(string path, bool create)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(path, out Opened? file))
            {
                CloseOldest();
                file = new Opened(OpenFile(path, create));
                _files.Add(path, file);
            }

            file.Turn = ++_turn;
            file.Leases++;
            return new Lease(this, file);
        }
    }

    /// <summary>Deletes a file. Who is reading it can read on.</summary>
    public void Delete(string path)
    {
        lock (_gate)
        {
            if (_files.Remove(path, out Opened? file))
            {
                file.IsForgotten = true;
                CloseIfUnused(file);
            }

            File.Delete(path);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (Opened file in _files.Values)
            {
                file.IsForgotten = true;
                CloseIfUnused(file);
            }

            _files.Clear();
        }
    }

    private static SafeFileHandle OpenFile(string path, bool create)
    {
        if (create)
        {
            PrivateFile.Ensure(path);
        }

        const FileShare share = FileShare.ReadWrite | FileShare.Delete;
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, share, FileOptions.RandomAccess);
        if (create)
        {
            PrivateFile.Protect(handle);
        }

        return handle;
    }

    private static void CloseIfUnused(Opened file)
    {
        if (file.IsForgotten && file.Leases == 0)
        {
            file.Handle.Dispose();
        }
    }

    private void CloseOldest()
    {
        if (_files.Count < Capacity)
        {
            return;
        }

        (string path, Opened oldest) = _files.MinBy(pair => pair.Value.Turn);
        _files.Remove(path);
        oldest.IsForgotten = true;
        CloseIfUnused(oldest);
    }

    private void Return(Opened file)
    {
        lock (_gate)
        {
            file.Leases--;
            CloseIfUnused(file);
        }
    }

    /// <summary>An open file, until it is disposed of.</summary>
    internal readonly struct Lease(FileHandles owner, Opened file) : IDisposable
    {
        public SafeFileHandle Handle => file.Handle;

        public void Dispose() => owner.Return(file);
    }

    internal sealed class Opened(SafeFileHandle handle)
    {
        public SafeFileHandle Handle => handle;

        public int Leases { get; set; }

        public long Turn { get; set; }

        public bool IsForgotten { get; set; }
    }
}

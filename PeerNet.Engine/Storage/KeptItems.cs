using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>
/// What a node does again at its next start: a file for each thing, so that none is written for another. Earlier versions had all
/// in one list beside the folder. That is carried over, and then only tells them that a later version was here; one that is damaged
/// stays as it is, and nothing is kept until it is mended. Not for several threads.
/// </summary>
internal sealed class KeptItems<T>
    where T : class
{
    /// <summary>Most things that are kept.</summary>
    public const int Maximum = 10_000;

    private const int NameLength = 40;
    private const int MaximumMark = 256;

    private readonly string _list;
    private readonly IItemFormat<T> _format;
    private readonly ItemFolder<T> _folder;
    private readonly PeerException? _fault;
    private bool _isMarked;

    private KeptItems(string list, IItemFormat<T> format, ItemFolder<T> folder, PeerException? fault, bool isMarked) =>
        (_list, _format, _folder, _fault, _isMarked) = (list, format, folder, fault, isMarked);

    private static byte[] Mark => StateJson.Encode(new { Version = 2 });

    /// <summary>All of them, in an order that stays.</summary>
    public IReadOnlyList<T> All => [.. _folder.Items.OrderBy(_format.NameOf, StringComparer.Ordinal)];

    /// <summary>What its owner has to know of what could not be read.</summary>
    public IReadOnlyList<string> Faults => [.. _folder.Faults, .. _fault is null ? [] : (string[])[_fault.Message]];

    /// <summary>Opens what is kept, if anything is.</summary>
    /// <param name="list">The file that the list was in; the folder is named as it is, without extension.</param>
    /// <param name="format">What the things are.</param>
    /// <param name="openList">Opens the list of an earlier version.</param>
    /// <exception cref="PeerException">The folder cannot be read or written.</exception>
    public static KeptItems<T> Open<TList>(
        string list, IItemFormat<T> format, Func<string, (SettingsFile<TList> File, IReadOnlyList<T> Items)> openList)
        where TList : class
    {
        string path = Path.ChangeExtension(list, null);
        PrivateFile.CreateFolder(path);
        AtomicFile.DeleteLeftovers(path);
        var folder = new ItemFolder<T>(path, format, Maximum);
        if (!File.Exists(list) || IsMark(list))
        {
            return new(list, format, folder, null, File.Exists(list));
        }

        (SettingsFile<TList> file, IReadOnlyList<T> items) = openList(list);
        var kept = new KeptItems<T>(list, format, folder, file.Fault, isMarked: false);
        if (file.Fault is null)
        {
            // The mark last: until then all of it is done again.
            foreach (T item in items)
            {
                folder.Save(item);
            }

            kept.WriteMark();
        }

        return kept;
    }

    /// <summary>The name of a thing's file: of what tells it from others.</summary>
    public static string NameOf(params ReadOnlySpan<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))))[..NameLength];

    /// <summary>The thing of a name; null for none, or for one that cannot be read.</summary>
    public T? Find(string name) => _folder.IsFaulty(name) ? null : _folder.Find(name);

    /// <summary>Fails where nothing can be kept.</summary>
    /// <exception cref="PeerException">The list of an earlier version is damaged.</exception>
    public void RequireWritable()
    {
        if (_fault is { } fault && File.Exists(_list))
        {
            throw fault.Error.Exception(fault.Message, fault.Target, fault);
        }
    }

    /// <summary>Keeps a thing, unless it is kept like that.</summary>
    /// <exception cref="PeerException">There are too many, one of its name is damaged, or it cannot be written.</exception>
    public void Save(T item)
    {
        RequireWritable();
        if (Find(_format.NameOf(item)) is { } known && _format.Encode(known).AsSpan().SequenceEqual(_format.Encode(item)))
        {
            return;
        }

        if (!_isMarked)
        {
            WriteMark();
        }

        _folder.Save(item);
    }

    /// <summary>Forgets a thing, also where its file is damaged.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(string name) => _folder.Delete(name);

    private static bool IsMark(string list) =>
        new FileInfo(list).Length <= MaximumMark && AtomicFile.Read(list, MaximumMark).AsSpan().SequenceEqual(Mark);

    private void WriteMark()
    {
        AtomicFile.Write(_list, Mark, isPrivate: true);
        _isMarked = true;
    }
}

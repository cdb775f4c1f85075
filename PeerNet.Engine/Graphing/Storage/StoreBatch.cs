using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>
/// The batches of changes to a database. One is kept whole or not at all: where one of its changes fails, the batch is undone
/// at once, and its further changes and its commit fail likewise. A killed process loses no batch that was committed, a power
/// failure none that is durable. Owns what of them has begun, and why one has failed. Not for several threads.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="ending">Told before what has changed is kept: what it changes belongs to it.</param>
/// <param name="kept">Told when what has changed since the last time is kept.</param>
/// <param name="undone">Told when it is undone.</param>
internal sealed class StoreBatch(SqliteDatabase database, Action ending, Action kept, Action undone)
{
    private bool _isOpen;
    private bool _isDurable;
    private bool _isInTransaction;
    private bool _hasChanged;
    private bool _isDatabaseDurable;
    private PeerException? _failure;

    /// <summary>Whether something in the batch has failed, so that nothing of it will be kept.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Begins a batch. One that changes nothing costs nothing.</summary>
    /// <param name="isDurable">Whether a power failure may not undo it once it is committed: it holds records of this node,
    /// which no other node has yet. It costs a flush of the disk.</param>
    public void Begin(bool isDurable)
    {
        if (_isOpen)
        {
            throw new InvalidOperationException("Batches do not nest.");
        }

        _isOpen = true;
        _isDurable = isDurable;
    }

    /// <summary>Keeps the batch. What depends on it, such as telling others of its records, comes after.</summary>
    /// <exception cref="PeerException">The disk is full or fails, or did before; all of the batch is undone.</exception>
    public void Commit()
    {
        try
        {
            RequireSound();
            if (_hasChanged)
            {
                ending();
            }

            if (_isInTransaction)
            {
                database.Commit();
            }
        }
        catch
        {
            Cancel();
            throw;
        }

        bool isNew = _hasChanged;
        (_isOpen, _isInTransaction, _hasChanged) = (false, false, false);
        if (isNew)
        {
            kept();
        }
    }

    /// <summary>Something is read next. A batch takes the locks of the file once for all that it reads: each statement by itself
    /// would take them anew, for longer than it reads.</summary>
    public void Look()
    {
        if (_isOpen && _failure is null)
        {
            BeginTransaction();
        }
    }

    /// <summary>Undoes the batch and ends it; where there is none, nothing.</summary>
    public void Cancel()
    {
        _failure = null;
        _isOpen = false;
        Undo();
    }

    /// <summary>Changes the database. What is not part of a batch is one by itself; changes nest.</summary>
    public void Change(Action change)
    {
        if (_isOpen)
        {
            RequireSound();
            Try(change);
            return;
        }

        Begin(isDurable: true);
        try
        {
            BeginTransaction();
            _hasChanged = true;
            change();
        }
        catch
        {
            Cancel();
            throw;
        }

        Commit();
    }

    // Of a batch that has failed nothing is kept, whatever else is tried.
    private void Try(Action change)
    {
        try
        {
            BeginTransaction();
            _hasChanged = true;
            change();
        }
        catch (Exception exception)
        {
            _failure = exception as PeerException ?? PeerErrors.WriteFault.Exception(
                $"The database '{database.Location}' could not be written.", database.Location, exception);
            Undo();
            throw;
        }
    }

    private void RequireSound()
    {
        if (_failure is { } failure)
        {
            throw failure.Error.Exception(failure.Message, database.Location, failure);
        }
    }

    private void Undo()
    {
        if (!_isInTransaction)
        {
            return;
        }

        bool isLost = _hasChanged;
        (_isInTransaction, _hasChanged) = (false, false);
        try
        {
            database.RollBack();
        }
        finally
        {
            if (isLost)
            {
                undone();
            }
        }
    }

    private void BeginTransaction()
    {
        if (_isInTransaction)
        {
            return;
        }

        if (_isDatabaseDurable != _isDurable)
        {
            database.SetDurability(_isDurable ? SqliteDurability.Full : SqliteDurability.Normal);
            _isDatabaseDurable = _isDurable;
        }

        database.Begin();
        _isInTransaction = true;
    }
}

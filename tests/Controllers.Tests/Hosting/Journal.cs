using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Controllers.Tests.Hosting;

/// <summary>What happened, in order.</summary>
internal sealed class Journal
{
    private readonly Lock _lock = new();
    private readonly List<string> _entries = [];

    public IReadOnlyList<string> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public void Add(string entry)
    {
        lock (_lock)
        {
            _entries.Add(entry);
        }
    }

    public bool Has(string entry) => Entries.Contains(entry);

    public IRunnable Runnable(string name, bool needsLeaderElection) =>
        new JournalRunnable(this, name, needsLeaderElection);

    public IInformerHandler<Widget> Handler() => new JournalHandler(this);

    private sealed class JournalRunnable(Journal journal, string name, bool needsLeaderElection) : IRunnable
    {
        public string Name => name;

        public bool NeedsLeaderElection => needsLeaderElection;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            journal.Add($"{name} starts");
            TaskCompletionSource stopped = new();
            await using (cancellationToken.Register(stopped.SetResult))
            {
                await stopped.Task;
            }

            journal.Add($"{name} stops");
        }
    }

    private sealed class JournalHandler(Journal journal) : IInformerHandler<Widget>
    {
        public void OnAdded(Widget obj, bool isInInitialList) => journal.Add($"{obj.Key.Name} cached");

        public void OnUpdated(Widget oldObj, Widget newObj) => journal.Add($"{newObj.Key.Name} updated");

        public void OnDeleted(Tombstone<Widget> tombstone) => journal.Add($"{tombstone.Key.Name} deleted");
    }
}

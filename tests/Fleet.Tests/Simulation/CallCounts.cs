using System.Collections.Concurrent;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Fleet.Tests.Simulation;

/// <summary>Calls of one client to the API server, by verb, type and object. Thread-safe.</summary>
internal sealed class CallCounts
{
    private const string Status = "applyStatus";
    private readonly ConcurrentDictionary<(string Verb, Type Kind, ObjectKey? Key), int> _counts = new();

    /// <summary>All writes.</summary>
    public int AllWrites => Sum(call => IsWrite(call.Verb));

    /// <summary>A client whose calls are counted here.</summary>
    public IKubernetesClient Over(IKubernetesClient client) =>
        new DelegatingKubernetesClient(client)
        {
            Calling = (verb, kind, key) => _counts.AddOrUpdate((verb, kind, key), 1, (_, count) => count + 1),
        };

    /// <summary>Writes of the status of one object, or of all of a type.</summary>
    public int StatusWrites<T>(ObjectKey? key = null)
        where T : KubernetesObject =>
        Sum(call => call.Kind == typeof(T) && call.Verb == Status && (key is null || call.Key == key));

    /// <summary>All other writes of one object, or of all of a type.</summary>
    public int Writes<T>(ObjectKey? key = null)
        where T : KubernetesObject =>
        Sum(call =>
            call.Kind == typeof(T)
            && IsWrite(call.Verb)
            && call.Verb != Status
            && (key is null || call.Key == key)
        );

    /// <summary>Objects of a type that were written.</summary>
    public IReadOnlyList<ObjectKey> KeysOf<T>()
        where T : KubernetesObject =>
        [
            .. _counts
                .Keys.Where(call => call.Kind == typeof(T) && IsWrite(call.Verb))
                .Select(call => call.Key)
                .OfType<ObjectKey>()
                .Distinct(),
        ];

    private static bool IsWrite(string verb) => verb is not ("get" or "list");

    private int Sum(Func<(string Verb, Type Kind, ObjectKey? Key), bool> isOne) =>
        _counts.Where(count => isOne(count.Key)).Sum(count => count.Value);
}

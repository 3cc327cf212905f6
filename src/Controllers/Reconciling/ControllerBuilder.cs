using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Queueing;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Says what a controller watches and how it works.</summary>
/// <typeparam name="T">Primary kind.</typeparam>
public sealed class ControllerBuilder<T>
    where T : KubernetesObject
{
    private readonly ControllerManager _manager;
    private readonly List<Action<WorkQueue<ObjectKey>>> _sources = [];
    private readonly List<Func<T?, T?, bool>> _predicates = [];

    internal ControllerBuilder(ControllerManager manager) => _manager = manager;

    internal InformerOptions? PrimaryOptions { get; private set; }

    internal int Concurrency { get; private set; } = 1;

    internal TimeSpan? ReconcileTimeout { get; private set; }

    internal bool NeedsLeaderElection { get; private set; } = true;

    /// <summary>
    /// Reconciles what a mapper names when an object of another kind changes. The mapper gets the old and the new
    /// object (either may be null, not both) and names the keys that either concerns (C32).
    /// </summary>
    public ControllerBuilder<T> Watches<TOther>(
        Func<TOther?, TOther?, IEnumerable<ObjectKey>> mapper,
        InformerOptions? options = null
    )
        where TOther : KubernetesObject
    {
        SharedInformer<TOther> informer = _manager.Informer<TOther>(options);
        _sources.Add(queue => informer.AddHandler(new MappedHandler<TOther>(queue, mapper)));
        return this;
    }

    /// <summary>As <see cref="Watches{TOther}(Func{TOther, TOther, IEnumerable{ObjectKey}}, InformerOptions)"/>, with a mapper that is asked for the old and the new object each.</summary>
    public ControllerBuilder<T> Watches<TOther>(
        Func<TOther, IEnumerable<ObjectKey>> mapper,
        InformerOptions? options = null
    )
        where TOther : KubernetesObject =>
        Watches<TOther>(
            (old, @new) => [.. (old is null ? [] : mapper(old)), .. (@new is null ? [] : mapper(@new))],
            options
        );

    /// <summary>Reconciles the controller owner when an object that it owns changes.</summary>
    public ControllerBuilder<T> Owns<TChild>(InformerOptions? options = null)
        where TChild : KubernetesObject => Watches<TChild>(OwnersOf, options);

    /// <summary>Reconciles the keys that a trigger is raised with.</summary>
    public ControllerBuilder<T> Watches(ReconcileTrigger trigger)
    {
        _sources.Add(queue => trigger.Connect(key => queue.Add(key)));
        return this;
    }

    /// <summary>Reconciles only on changes of the primary for which the predicate is true; all predicates must be. Old and new may be null, not both.</summary>
    public ControllerBuilder<T> WithPredicate(Func<T?, T?, bool> predicate)
    {
        _predicates.Add(predicate);
        return this;
    }

    /// <summary>How many keys are reconciled at once; one key never is. Default 1.</summary>
    public ControllerBuilder<T> WithConcurrency(int concurrency)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrency, 1);
        Concurrency = concurrency;
        return this;
    }

    /// <summary>Longest time of one reconcile; it is cancelled and tried again. No limit by default.</summary>
    public ControllerBuilder<T> WithReconcileTimeout(TimeSpan timeout)
    {
        ReconcileTimeout = timeout;
        return this;
    }

    /// <summary>Selectors of the primary's informer.</summary>
    public ControllerBuilder<T> WithInformer(InformerOptions options)
    {
        PrimaryOptions = options;
        return this;
    }

    /// <summary>Runs on every instance, not on the leader alone.</summary>
    public ControllerBuilder<T> WithoutLeaderElection()
    {
        NeedsLeaderElection = false;
        return this;
    }

    /// <summary>Connects the informers with the queue.</summary>
    internal void Connect(WorkQueue<ObjectKey> queue)
    {
        SharedInformer<T> informer = _manager.Informer<T>(PrimaryOptions);
        informer.AddHandler(new PrimaryHandler<T>(queue, (old, @new) => _predicates.All(p => p(old, @new))));
        foreach (Action<WorkQueue<ObjectKey>> source in _sources)
        {
            source(queue);
        }
    }

    private static IEnumerable<ObjectKey> OwnersOf<TChild>(TChild child)
        where TChild : KubernetesObject
    {
        ResourceDefinition primary = ResourceDefinition.For<T>();
        if (
            OwnerReferences.ControllerReference(child) is { } owner
            && owner.Kind == primary.Kind
            && OwnerReferences.GroupOf(owner.ApiVersion) == primary.Group
        )
        {
            string? ns = primary.Scope == ResourceScope.Namespaced ? child.Metadata.Namespace : null;
            yield return new ObjectKey(ns, owner.Name);
        }
    }
}

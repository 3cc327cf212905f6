using LlmOperator.Controllers.Ownership;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Kubernetes;
using static LlmOperator.Testing.Kubernetes.ScriptedWatchClient;

namespace LlmOperator.Controllers.Tests.Ownership;

public sealed class OwnerReferencesTests
{
    private static readonly Widget s_owner = Widget("a", "1", "uid-1");

    [Fact]
    [Trait("Semantics", "C46")]
    public void ControllerOf_Owner_BlocksItsDeletion() =>
        Assert.Equal(
            new OwnerReference
            {
                ApiVersion = "example.com/v1",
                Kind = "Widget",
                Name = "a",
                Uid = "uid-1",
                Controller = true,
                BlockOwnerDeletion = true,
            },
            OwnerReferences.ControllerOf(s_owner)
        );

    [Fact]
    [Trait("Semantics", "C46")]
    public void WithController_OtherController_IsRefused()
    {
        ConfigMap owned = Child(OwnerReferences.ControllerOf(Widget("b", "1")));

        Assert.Throws<InvalidOperationException>(() => OwnerReferences.WithController(owned, s_owner));
        Assert.Equal(
            [OwnerReferences.ControllerOf(s_owner)],
            OwnerReferences.WithController(Child(OwnerReferences.ControllerOf(s_owner)), s_owner)
        );
    }

    [Fact]
    [Trait("Semantics", "C46")]
    public void WithController_AcrossNamespacesOrScopes_IsRefused()
    {
        ConfigMap elsewhere = new()
        {
            Metadata = new ObjectMeta { Name = "c", Namespace = "other" },
        };
        Node cluster = new() { Metadata = new ObjectMeta { Name = "n" } };

        Assert.Throws<InvalidOperationException>(() => OwnerReferences.WithController(elsewhere, s_owner));
        Assert.Throws<InvalidOperationException>(() => OwnerReferences.WithController(cluster, s_owner));
    }

    [Fact]
    [Trait("Semantics", "C46")]
    public void IsControlledBy_RecreatedOwner_IsFalse()
    {
        ConfigMap child = Child(OwnerReferences.ControllerOf(s_owner));

        Assert.True(OwnerReferences.IsControlledBy(child, s_owner));
        Assert.False(OwnerReferences.IsControlledBy(child, Widget("a", "9", "uid-2")));
        Assert.False(OwnerReferences.IsControlledBy(Child(), s_owner));
    }

    [Fact]
    [Trait("Semantics", "C46")]
    public void MayAdopt_EitherSideBeingDeleted_IsFalse()
    {
        Widget dying = s_owner with
        {
            Metadata = s_owner.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch },
        };

        Assert.True(OwnerReferences.MayAdopt(Child(), s_owner));
        Assert.False(OwnerReferences.MayAdopt(Child(), dying));
        Assert.False(OwnerReferences.MayAdopt(Child(OwnerReferences.ControllerOf(s_owner)), s_owner));
    }

    private static ConfigMap Child(params OwnerReference[] owners) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = "c",
                Namespace = "default",
                OwnerReferences = owners,
            },
        };
}

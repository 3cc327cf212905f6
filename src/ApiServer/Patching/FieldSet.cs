namespace LlmOperator.ApiServer.Patching;

/// <summary>
/// A set of field paths, as a tree over path elements in the notation of FieldsV1: <c>f:name</c> for a field,
/// <c>k:{"name":"http"}</c> for an entry of a list map, <c>v:"a"</c> for an entry of a set.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>True when the path that leads here is itself in the set.</summary>
    public bool IsMember { get; set; }

    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    public bool IsEmpty => !IsMember && _children.Values.All(c => c.IsEmpty);

    /// <summary>The node below, made where it is missing.</summary>
    public FieldSet Below(string element)
    {
        if (!_children.TryGetValue(element, out var child))
        {
            _children[element] = child = new FieldSet();
        }
        return child;
    }

    public FieldSet? Find(string element) => _children.GetValueOrDefault(element);

    public void Remove(string element) => _children.Remove(element);

    public static FieldSet Union(FieldSet left, FieldSet right)
    {
        var result = new FieldSet { IsMember = left.IsMember || right.IsMember };
        foreach (var element in left._children.Keys.Union(right._children.Keys))
        {
            result._children[element] = Union(left.Find(element) ?? new(), right.Find(element) ?? new());
        }
        return result;
    }

    public static FieldSet Intersection(FieldSet left, FieldSet right)
    {
        var result = new FieldSet { IsMember = left.IsMember && right.IsMember };
        foreach (var (element, child) in left._children)
        {
            if (right.Find(element) is { } other)
            {
                result.Keep(element, Intersection(child, other));
            }
        }
        return result;
    }

    /// <summary>The paths of <paramref name="left"/> that are not in <paramref name="right"/>.</summary>
    public static FieldSet Difference(FieldSet left, FieldSet right)
    {
        var result = new FieldSet { IsMember = left.IsMember && !right.IsMember };
        foreach (var (element, child) in left._children)
        {
            result.Keep(element, right.Find(element) is { } other ? Difference(child, other) : child);
        }
        return result;
    }

    public static bool Same(FieldSet left, FieldSet right) =>
        Difference(left, right).IsEmpty && Difference(right, left).IsEmpty;

    /// <summary>All paths, each as its elements.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths()
    {
        if (IsMember)
        {
            yield return [];
        }
        foreach (var (element, child) in _children)
        {
            foreach (var path in child.Paths())
            {
                yield return [element, .. path];
            }
        }
    }

    private void Keep(string element, FieldSet child)
    {
        if (!child.IsEmpty)
        {
            _children[element] = child;
        }
    }
}

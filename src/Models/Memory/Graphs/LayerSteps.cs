namespace LlmOperator.Models.Memory.Graphs;

/// <summary>The parts of a layer as steps of a device's graph.</summary>
/// <param name="Graph">Where they are added.</param>
/// <param name="Tensors">The layer's tensors.</param>
/// <param name="Tokens">Tokens that pass.</param>
/// <param name="IsStaged">The tensors are on the host; each is copied to the device just before it is used.</param>
internal sealed record LayerSteps(DeviceGraph Graph, LayerTensors Tensors, long Tokens, bool IsStaged)
{
    private const int FloatBytes = 4;

    /// <summary>A norm, when the layer has it.</summary>
    public GraphTensor Norm(string name, GraphTensor input)
    {
        if (!Tensors.Has($"{name}.weight"))
        {
            return input;
        }

        // Only the norm without a mean can overwrite its input.
        GraphTensor normal = Tensors.Has($"{name}.bias")
            ? Graph.Compute(input.Bytes, input)
            : Graph.Overwrite(input.Bytes, input);
        return Graph.Overwrite(input.Bytes, normal, Staged($"{name}.weight"));
    }

    /// <summary>The input times a matrix.</summary>
    public GraphTensor Multiply(string name, GraphTensor input, Func<GraphTensor>? beside = null)
    {
        GraphTensor? weight = Staged($"{name}.weight");
        _ = beside?.Invoke();
        return Graph.Compute(Rows(Tensors.Width($"{name}.weight")), weight, input);
    }

    /// <summary>Queries, keys and values, from three matrices or from one; the order is the engine's.</summary>
    public (GraphTensor Queries, GraphTensor Keys, GraphTensor Values) Project(
        GraphTensor input,
        Func<GraphTensor> positions,
        long queryBytes,
        long keyBytes,
        long valueBytes
    )
    {
        if (Tensors.Has("attn_qkv.weight"))
        {
            GraphTensor all = Biased("attn_qkv", Multiply("attn_qkv", input, positions));
            GraphTensor rotated = Graph.Compute(queryBytes, all, positions());
            GraphTensor rotatedKeys = Graph.Compute(keyBytes, all, positions());
            return (rotated, rotatedKeys, Graph.Compute(valueBytes, all));
        }

        GraphTensor queries = Biased(
            "attn_q",
            Multiply("attn_q", input, HasRotationFactors ? null : positions)
        );
        // Where matrices need not be brought one by one, all products come before what is done with them.
        queries = IsStaged ? Rotated("attn_q_norm", queries, positions()) : queries;
        GraphTensor values = Biased("attn_v", Multiply("attn_v", input));
        GraphTensor keys = Biased("attn_k", Multiply("attn_k", input));
        queries = IsStaged ? queries : Rotated("attn_q_norm", queries, positions());
        keys = Rotated("attn_k_norm", keys, positions());
        return (queries, keys, values);
    }

    /// <summary>The feed-forward part: one for all tokens, or experts, or both.</summary>
    public GraphTensor FeedForward(GraphTensor input)
    {
        if (!Tensors.Has("ffn_down_exps.weight"))
        {
            return Dense(input, "");
        }

        GraphTensor experts = Experts(input);
        return Tensors.Has("ffn_down_shexp.weight")
            ? Graph.Overwrite(experts.Bytes, experts, Dense(input, "_shexp"))
            : experts;
    }

    /// <summary>Experts that a token uses.</summary>
    public int UsedExperts { get; init; }

    /// <summary>The file has factors for the rotation; from the host they are brought together with the positions.</summary>
    public bool HasRotationFactors { get; init; }

    /// <summary>Gate, when there is one, and up.</summary>
    public (GraphTensor? Gate, GraphTensor Up) Open(GraphTensor input, string kind = "")
    {
        GraphTensor? gate = Tensors.Has($"ffn_gate{kind}.weight") ? Multiply($"ffn_gate{kind}", input) : null;
        return (gate, Multiply($"ffn_up{kind}", input));
    }

    /// <summary>Their product, or what becomes of up alone.</summary>
    public GraphTensor Activate(GraphTensor? gate, GraphTensor up, string kind = "")
    {
        long hidden = Rows(Tensors.Find($"ffn_down{kind}.weight")!.Dimensions[0]);
        return gate is not null ? Graph.Compute(hidden, gate, up)
            : up.Bytes == hidden ? Graph.Overwrite(hidden, up)
            : Graph.Compute(hidden, up);
    }

    private GraphTensor Dense(GraphTensor input, string kind)
    {
        (GraphTensor? gate, GraphTensor up) = Open(input, kind);
        return Multiply($"ffn_down{kind}", Activate(gate, up, kind));
    }

    private GraphTensor Experts(GraphTensor input)
    {
        GraphTensor probabilities = Multiply("ffn_gate_inp", input);
        GraphTensor order = Graph.Compute(probabilities.Bytes, probabilities);
        GraphTensor weights = Graph.Compute(Rows(UsedExperts), probabilities, order);
        weights = Graph.Overwrite(weights.Bytes, weights, Graph.Compute(Rows(1), weights));
        GraphTensor? gate = Tensors.Has("ffn_gate_exps.weight") ? Each("ffn_gate_exps", input, order) : null;
        GraphTensor up = Each("ffn_up_exps", input, order);
        GraphTensor active = gate is null ? Graph.Overwrite(up.Bytes, up) : Graph.Compute(up.Bytes, gate, up);
        GraphTensor each = Each("ffn_down_exps", active, order);
        each = Graph.Overwrite(each.Bytes, each, weights);
        GraphTensor sum = Graph.Compute(input.Bytes, each, each);
        for (int expert = 2; expert < UsedExperts; expert++)
        {
            sum = Graph.Overwrite(input.Bytes, sum, each);
        }

        return sum;
    }

    private GraphTensor Each(string name, GraphTensor input, GraphTensor order) =>
        Graph.Compute(
            Rows(Tensors.Width($"{name}.weight") * UsedExperts),
            Staged($"{name}.weight"),
            input,
            order
        );

    // The product is seen as heads from here on, and the engine overwrites nothing that is seen in another shape.
    private GraphTensor Rotated(string norm, GraphTensor product, GraphTensor positions)
    {
        bool wholeRow = Rows(Tensors.Find($"{norm}.weight")?.ElementCount ?? 0) == product.Bytes;
        if (wholeRow || !Tensors.Has($"{norm}.weight"))
        {
            return Graph.Compute(product.Bytes, wholeRow ? Norm(norm, product) : product, positions);
        }

        GraphTensor normal = Graph.Compute(product.Bytes, product);
        normal = Graph.Overwrite(product.Bytes, normal, Staged($"{norm}.weight"));
        return Graph.Overwrite(product.Bytes, normal, positions);
    }

    private GraphTensor Biased(string name, GraphTensor product) =>
        Tensors.Has($"{name}.bias")
            ? Graph.Overwrite(product.Bytes, product, Staged($"{name}.bias"))
            : product;

    private GraphTensor? Staged(string name) =>
        IsStaged && Tensors.Find(name) is { } tensor ? Graph.Compute(tensor.SizeBytes) : null;

    private long Rows(long elements) => elements * FloatBytes * Tokens;
}

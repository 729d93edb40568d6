/** The public names of SQLAlchemy's ORM 2.1 and of its extensions, by the section of `docs/orm/inventory.md` that says what they are here. */
export const ORM_INVENTORY: Readonly<Record<string, string>> = {
  "inventory.md `sqlalchemy.orm`":
    "AliasOption AppenderQuery AttributeEventToken AttributeEvents AttributeState Bundle CascadeOptions ClassManager ColumnProperty Composite CompositeProperty DeclarativeBase DeclarativeBaseNoMeta DeclarativeMeta DictBundle DynamicMapped EXT_CONTINUE EXT_SKIP EXT_STOP FromStatement IdentityMap InspectionAttr InspectionAttrExtensionType InspectionAttrInfo InstanceEvents InstanceState InstrumentationEvents InstrumentedAttribute KeyFuncDict Load LoaderCallableStatus LoaderCriteriaOption MANYTOMANY MANYTOONE Mapped MappedAsDataclass MappedClassProtocol MappedCollection MappedColumn MappedSQLExpression Mapper MapperEvents MapperProperty NO_KEY NO_VALUE NotExtension ONETOMANY ORMDescriptor ORMExecuteState PassiveFlag PropComparator Query QueryContext QueryEvents QueryPropertyDescriptor QueryableAttribute RegistryEvents Relationship RelationshipDirection RelationshipProperty SQLORMExpression Session SessionEvents SessionTransaction SessionTransactionOrigin Synonym SynonymProperty TypeResolve UOWTransaction UserDefinedOption WriteOnlyCollection WriteOnlyMapped add_mapped_attribute aliased as_declarative as_typed_table attribute_keyed_dict attribute_mapped_collection backref class_mapper clear_mappers close_all_sessions column_keyed_dict column_mapped_collection column_property composite configure_mappers contains_alias contains_eager create_session declarative_base declarative_mixin declared_attr defaultload defer deferred dynamic_loader foreign has_inherited_table immediateload join joinedload keyfunc_mapping lazyload load_only make_transient make_transient_to_detached mapped_as_dataclass mapped_collection mapped_column mapper merge_frozen_result merge_result noload object_mapper object_session orm_insert_sentinel outerjoin polymorphic_union query_expression raiseload reconstructor registry relationship remote scoped_session selectin_polymorphic selectinload sessionmaker subqueryload synonym synonym_for undefer undefer_group unmapped_dataclass validates was_deleted with_expression with_loader_criteria with_parent with_polymorphic",
  "inventory.md Arguments of `mapped_column()`":
    "name_pos type_pos nullable primary_key deferred deferred_group deferred_raiseload use_existing_column name type_ autoincrement doc key index unique info onupdate insert_default default default_factory server_default server_onupdate active_history quote system comment sort_order init repr compare kw_only hash dataclass_metadata",
  "inventory.md Arguments of `Mapper`":
    "class_ local_table properties primary_key inherits inherit_condition inherit_foreign_keys always_refresh version_id_col version_id_generator polymorphic_on polymorphic_identity concrete with_polymorphic polymorphic_abstract polymorphic_load allow_partial_pks batch column_prefix include_properties exclude_properties passive_updates passive_deletes confirm_deleted_rows eager_defaults legacy_is_orphan",
  "inventory.md Arguments of `relationship()`":
    "argument secondary uselist collection_class primaryjoin secondaryjoin back_populates order_by backref overlaps post_update cascade viewonly init repr default default_factory compare kw_only hash lazy passive_deletes passive_updates active_history enable_typechecks foreign_keys remote_side join_depth comparator_factory single_parent innerjoin distinct_target_key load_on_pending query_class info omit_join sync_backref dataclass_metadata",
  "inventory.md Values of `lazy`": "select immediate joined subquery selectin raise raise_on_sql noload True False None write_only dynamic",
  "inventory.md `Session`":
    "add add_all begin begin_nested bind_mapper bind_table bulk_insert_mappings bulk_save_objects bulk_update_mappings close commit connection connection_callable delete delete_all deleted dirty enable_relationship_loading execute execution_options expire expire_all expunge expunge_all flush get get_bind get_nested_transaction get_one get_transaction identity_key identity_map in_nested_transaction in_transaction info invalidate is_active is_modified merge merge_all new no_autoflush object_session prepare query refresh reset rollback run_sync scalar scalars stream stream_scalars autoflush bind",
  "inventory.md Arguments of `Session()`":
    "bind autoflush future expire_on_commit autobegin twophase binds enable_baked_queries info query_cls autocommit join_transaction_mode close_resets_only execution_options",
  "inventory.md Events `SessionEvents`":
    "after_attach after_begin after_bulk_delete after_bulk_update after_commit after_flush after_flush_postexec after_rollback after_soft_rollback after_transaction_create after_transaction_end before_attach before_commit before_flush deleted_to_detached deleted_to_persistent detached_to_persistent do_orm_execute loaded_as_persistent pending_to_persistent pending_to_transient persistent_to_deleted persistent_to_detached persistent_to_transient transient_to_pending",
  "inventory.md Events `MapperEvents`":
    "after_configured after_delete after_insert after_mapper_constructed after_update before_configured before_delete before_insert before_mapper_configured before_update instrument_class mapper_configured",
  "inventory.md Events `InstanceEvents`": "expire init init_failure load pickle refresh refresh_flush unpickle",
  "inventory.md Events `AttributeEvents`":
    "append append_wo_mutation bulk_replace dispose_collection init_collection init_scalar modified remove set",
  "inventory.md Events `InstrumentationEvents`": "attribute_instrument class_instrument class_uninstrument",
  "inventory.md `Mapper`":
    "add_properties add_property all_orm_descriptors attrs base_mapper c cascade_iterator class_ class_manager column_attrs columns common_parent composites concrete configured entity get_property get_property_by_column has_property identity_key_from_instance identity_key_from_primary_key identity_key_from_row inherits is_mapper is_sibling isa iterate_properties iterate_to_root local_table mapper persist_selectable polymorphic_identity polymorphic_iterator polymorphic_map polymorphic_on primary_key primary_key_from_instance registry relationships selectable self_and_descendants single synonyms tables with_polymorphic_mappers",
  "inventory.md `InstanceState`":
    "attrs callables class_ committed_state deleted detached dict expired expired_attributes get_history get_impl has_identity identity identity_key identity_token info insert_order is_instance key load_options load_path manager mapper modified obj object parents pending persistent runid session session_id async_session transient unloaded unloaded_expirable unmodified unmodified_intersection was_deleted",
  // of sqlalchemy.ext
  "inventory.md `sqlalchemy.ext.associationproxy`":
    "AliasedAssociationProxyInstance AmbiguousAssociationProxyInstance AssociationProxy AssociationProxyExtensionType AssociationProxyInstance ColumnAssociationProxyInstance ObjectAssociationProxyInstance association_proxy",
  "inventory.md `sqlalchemy.ext.asyncio`":
    "AsyncAttrs AsyncConnection AsyncEngine AsyncMappingResult AsyncResult AsyncScalarResult AsyncSession AsyncSessionTransaction AsyncTransaction AsyncTupleResult async_engine_from_config async_object_session async_scoped_session async_session async_sessionmaker close_all_sessions create_async_engine create_async_pool_from_url",
  "inventory.md `sqlalchemy.ext.automap`":
    "AutomapBase GenerateRelationshipType NameForCollectionRelationshipType NameForScalarRelationshipType PythonNameForTableType automap_base classname_for_table generate_relationship name_for_collection_relationship name_for_scalar_relationship",
  "inventory.md `sqlalchemy.ext.baked`": "BakedQuery Bakery Result",
  "inventory.md `sqlalchemy.ext.compiler`": "compiles deregister",
  "inventory.md `sqlalchemy.ext.declarative`":
    "AbstractConcreteBase ConcreteBase DeclarativeMeta DeferredReflection as_declarative declarative_base declared_attr has_inherited_table instrument_declarative synonym_for",
  "inventory.md `sqlalchemy.ext.horizontal_shard`": "IdentityChooser ShardChooser ShardIdentifier ShardedQuery ShardedSession set_shard_id",
  "inventory.md `sqlalchemy.ext.hybrid`": "Comparator ExprComparator HybridExtensionType hybrid_method hybrid_property",
  "inventory.md `sqlalchemy.ext.indexable`": "index_property",
  "inventory.md `sqlalchemy.ext.instrumentation`":
    "ExtendedInstrumentationRegistry INSTRUMENTATION_MANAGER InstrumentationManager find_native_user_instrumentation_hook instrumentation_finders",
  "inventory.md `sqlalchemy.ext.mutable`": "Mutable MutableBase MutableComposite MutableDict MutableList MutableSet",
  "inventory.md `sqlalchemy.ext.orderinglist`": "OrderingList count_from_0 count_from_1 count_from_n_factory ordering_list",
  "inventory.md `sqlalchemy.ext.serializer`": "Deserializer Serializer dumps loads",
};

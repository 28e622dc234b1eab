CREATE TABLE `api_keys` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`secret_hash` text NOT NULL,
	`scopes` text NOT NULL,
	`environments` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`published_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `api_keys_unpublished` ON `api_keys` (`published_at`);--> statement-breakpoint
CREATE TABLE `audit_events` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`outcome` text NOT NULL,
	`risk` text NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`entity_type` text NOT NULL,
	`entity_id` text NOT NULL,
	`data` text NOT NULL,
	`request_id` text,
	`trace_id` text,
	`seq` integer,
	`previous_hash` text,
	`hash` text,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_events_seq` ON `audit_events` (`tenant_id`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_events_entity` ON `audit_events` (`tenant_id`,`entity_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_actor` ON `audit_events` (`tenant_id`,`actor_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_at` ON `audit_events` (`tenant_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_unsealed` ON `audit_events` (`tenant_id`,`id`) WHERE seq IS NULL;--> statement-breakpoint
CREATE TABLE `audit_heads` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `login_throttles` (
	`key` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`last_failure_at` integer NOT NULL,
	`blocked_until` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `login_throttles_age` ON `login_throttles` (`last_failure_at`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`tenant_id` text NOT NULL,
	`hash` text NOT NULL,
	`session_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`tenant_id`, `hash`)
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_expiry` ON `refresh_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`revoked_reason` text,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `entries` (
	`row_id` integer PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`title` text,
	`description` text,
	`category` text,
	`tags` text NOT NULL,
	`locale` text NOT NULL,
	`latest_number` integer DEFAULT 0 NOT NULL,
	`latest_tag` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `entries_id` ON `entries` (`tenant_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `entries_name` ON `entries` (`tenant_id`,`type`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `entries_category` ON `entries` (`tenant_id`,`type`,`category`,`name`);--> statement-breakpoint
CREATE TABLE `entry_tags` (
	`tenant_id` text NOT NULL,
	`type` text NOT NULL,
	`tag` text NOT NULL,
	`entry_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `type`, `tag`, `entry_id`)
);
--> statement-breakpoint
CREATE INDEX `entry_tags_entry` ON `entry_tags` (`tenant_id`,`entry_id`);--> statement-breakpoint
CREATE TABLE `holds` (
	`tenant_id` text NOT NULL,
	`holder` text NOT NULL,
	`version_id` text NOT NULL,
	`entry_id` text NOT NULL,
	`kind` text NOT NULL,
	`label` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `holder`, `version_id`)
);
--> statement-breakpoint
CREATE INDEX `holds_version` ON `holds` (`tenant_id`,`version_id`,`kind`);--> statement-breakpoint
CREATE INDEX `holds_entry` ON `holds` (`tenant_id`,`entry_id`,`kind`);--> statement-breakpoint
CREATE TABLE `includes` (
	`tenant_id` text NOT NULL,
	`version_id` text NOT NULL,
	`type` text NOT NULL,
	`name` text NOT NULL,
	`tag` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `version_id`, `type`, `name`, `tag`)
);
--> statement-breakpoint
CREATE INDEX `includes_target` ON `includes` (`tenant_id`,`type`,`name`,`tag`);--> statement-breakpoint
CREATE TABLE `translations` (
	`tenant_id` text NOT NULL,
	`version_id` text NOT NULL,
	`locale` text NOT NULL,
	`content` text NOT NULL,
	`created_by` text NOT NULL,
	`author_id` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `version_id`, `locale`)
);
--> statement-breakpoint
CREATE TABLE `versions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`entry_id` text NOT NULL,
	`tag` text NOT NULL,
	`number` integer NOT NULL,
	`locale` text NOT NULL,
	`content` text NOT NULL,
	`variables` text NOT NULL,
	`model` text,
	`change_message` text,
	`content_hash` text NOT NULL,
	`size` integer NOT NULL,
	`created_by` text NOT NULL,
	`author_id` text NOT NULL,
	`contributors` text DEFAULT '[]' NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `versions_tag` ON `versions` (`tenant_id`,`entry_id`,`tag`);--> statement-breakpoint
CREATE UNIQUE INDEX `versions_number` ON `versions` (`tenant_id`,`entry_id`,`number`);--> statement-breakpoint
CREATE TABLE `activations` (
	`tenant_id` text NOT NULL,
	`environment_id` text NOT NULL,
	`type` text NOT NULL,
	`entry_id` text NOT NULL,
	`name` text NOT NULL,
	`version_id` text NOT NULL,
	`tag` text NOT NULL,
	`deployment_id` text NOT NULL,
	`from_generation` integer NOT NULL,
	`to_generation` integer,
	PRIMARY KEY(`tenant_id`, `environment_id`, `entry_id`, `from_generation`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `activations_active` ON `activations` (`tenant_id`,`environment_id`,`type`,`name`) WHERE to_generation IS NULL;--> statement-breakpoint
CREATE INDEX `activations_entry` ON `activations` (`tenant_id`,`entry_id`) WHERE to_generation IS NULL;--> statement-breakpoint
CREATE INDEX `activations_version` ON `activations` (`tenant_id`,`version_id`);--> statement-breakpoint
CREATE TABLE `bundles` (
	`tenant_id` text NOT NULL,
	`environment_id` text NOT NULL,
	`name` text NOT NULL,
	`generation` integer NOT NULL,
	`body` text,
	PRIMARY KEY(`tenant_id`, `environment_id`, `name`)
);
--> statement-breakpoint
CREATE INDEX `bundles_generation` ON `bundles` (`tenant_id`,`environment_id`,`generation`);--> statement-breakpoint
CREATE TABLE `deployment_items` (
	`tenant_id` text NOT NULL,
	`deployment_id` text NOT NULL,
	`position` integer NOT NULL,
	`role` text NOT NULL,
	`type` text NOT NULL,
	`entry_id` text NOT NULL,
	`name` text NOT NULL,
	`version_id` text,
	`tag` text,
	`content_hash` text,
	`previous_version_id` text,
	`previous_tag` text,
	`risk_level` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `deployment_id`, `position`)
);
--> statement-breakpoint
CREATE INDEX `deployment_items_version` ON `deployment_items` (`tenant_id`,`version_id`);--> statement-breakpoint
CREATE INDEX `deployment_items_entry` ON `deployment_items` (`tenant_id`,`entry_id`);--> statement-breakpoint
CREATE TABLE `deployments` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`environment_id` text NOT NULL,
	`environment` text NOT NULL,
	`status` text NOT NULL,
	`title` text,
	`description` text,
	`declared_risk` text,
	`risk_level` text NOT NULL,
	`risk_reasons` text NOT NULL,
	`required_approvals` integer NOT NULL,
	`auto_deploy` integer NOT NULL,
	`bound_hash` text NOT NULL,
	`requested_by` text NOT NULL,
	`requester_id` text NOT NULL,
	`rollback_of` text,
	`reason` text,
	`generation` integer,
	`created_at` integer NOT NULL,
	`approved_at` integer,
	`deployed_at` integer,
	`rolled_back_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `deployments_environment` ON `deployments` (`tenant_id`,`environment`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_status` ON `deployments` (`tenant_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_rollback` ON `deployments` (`tenant_id`,`rollback_of`);--> statement-breakpoint
CREATE TABLE `votes` (
	`tenant_id` text NOT NULL,
	`deployment_id` text NOT NULL,
	`user_id` text NOT NULL,
	`decision` text NOT NULL,
	`comment` text,
	`bound_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `deployment_id`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `environments` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`required_approvals` text NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `environments_name` ON `environments` (`tenant_id`,`name`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`token_hash` text NOT NULL,
	`invited_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`accepted_at` integer,
	`revoked_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_token` ON `invitations` (`tenant_id`,`token_hash`);--> statement-breakpoint
CREATE TABLE `memberships` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `memberships_user` ON `memberships` (`user_id`);--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`shard` integer DEFAULT 0 NOT NULL,
	`break_glass` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`password_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (`email`);--> statement-breakpoint
CREATE TABLE `guards` (
	`ok` integer NOT NULL,
	CONSTRAINT "guard_failed" CHECK("guards"."ok" = 1)
);
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`status` integer,
	`answer` text,
	`lease_until` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `actor_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_expiry` ON `idempotency_keys` (`expires_at`);